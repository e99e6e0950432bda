//! Generated records stay as they are, and are what a catalogue holds.

use std::collections::{BTreeMap, BTreeSet};

use inrush_marc::{GENERATE_VERSION, Generator, Record, generate, generate_into};
use twox_hash::XxHash3_64;

use crate::given::read_strictly;

#[test]
fn a_record_depends_on_seed_and_index_alone() {
    let (mut reused, mut generator) = (Record::new(), Generator::new(9));
    for index in (0..500).rev() {
        generate_into(9, index, &mut reused);
        assert_eq!(reused, generate(9, index));
        assert_eq!(generator.record(index), &reused);
    }
    assert_ne!(generate(9, 1), generate(9, 2));
    assert_ne!(generate(9, 1).get("245"), generate(10, 1).get("245"));
    generate(u64::MAX, u64::MAX).encode(&mut Vec::new()).expect("is valid");
}

/// Records of seed 0 from index 0 on, one behind the other.
fn file(seed: u64, n: u64) -> Vec<u8> {
    let (mut bytes, mut generator) = (Vec::new(), Generator::new(seed));
    for index in 0..n {
        generator.record(index).encode(&mut bytes).expect("is within the limits");
    }
    bytes
}

#[test]
fn the_records_are_those_of_this_version() {
    let found = [(0, 1), (0, 10_000), (u64::MAX, 1_000)].map(|(seed, n)| {
        let bytes = file(seed, n);
        (bytes.len(), XxHash3_64::oneshot(&bytes))
    });
    let wanted = [
        (0x4c2, 0x671a_503a_6ab0_97da),
        (0x88_8fc1, 0xbd11_eb48_1535_9695),
        (0xd_a11e, 0xa9b5_3f61_d8b1_0720),
    ];
    assert!(
        GENERATE_VERSION == 1 && found == wanted,
        "other records need another version; {GENERATE_VERSION}: {found:#018x?}"
    );
}

#[test]
fn fields_are_as_frequent_as_in_the_catalogue_they_are_taken_from() {
    const N: u64 = 20_000;
    let records = read_strictly(&file(3, N)).expect("generated records are valid");
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    for record in &records {
        let tags: BTreeSet<String> = record.fields().map(|field| field.tag().to_string()).collect();
        for tag in tags {
            *counts.entry(tag).or_default() += 1;
        }
    }
    // Of the HathiTrust catalogue, as the documents say. ISBNs follow the year, and come near.
    let wanted = [
        ("245", 1_000, 0),
        ("300", 990, 5),
        ("040", 958, 5),
        ("100", 739, 10),
        ("650", 649, 10),
        ("010", 515, 10),
        ("050", 472, 10),
        ("500", 389, 10),
        ("504", 360, 10),
        ("020", 349, 50),
        ("490", 290, 10),
        ("700", 279, 10),
        ("043", 278, 10),
        ("082", 202, 10),
        ("651", 199, 10),
        ("250", 181, 10),
        ("710", 145, 10),
        ("600", 141, 10),
    ];
    for (tag, per_thousand, within) in wanted {
        let found = counts[tag] * 1_000 / N;
        assert!(found.abs_diff(per_thousand) <= within, "{tag}: {found} of a thousand");
    }
}

#[test]
fn lengths_are_those_of_the_documents() {
    const N: u64 = 100_000;
    let mut record = Record::new();
    let mut lengths: Vec<usize> = (0..N)
        .map(|index| {
            generate_into(0, index, &mut record);
            record.view().encoded_len()
        })
        .collect();
    lengths.sort_unstable();
    let at = |thousandths: usize| lengths[(N as usize - 1) * thousandths / 1_000];
    let found = [
        lengths.iter().sum::<usize>() / N as usize,
        at(0),
        at(10),
        at(100),
        at(500),
        at(900),
        at(990),
        at(999),
        at(1_000),
    ];
    let documents = include_str!("../../GENERATED.md");
    let digits: String = documents
        .split("lengths in bytes: ")
        .nth(1)
        .expect("they say so")
        .split(" the longest")
        .next()
        .expect("the last")
        .replace(',', "");
    let said: Vec<usize> = digits
        .split_whitespace()
        .filter(|word| !word.contains('%'))
        .filter_map(|word| word.parse().ok())
        .collect();
    assert_eq!(said, found);
}

#[test]
fn every_text_is_text_and_every_link_leads_somewhere() {
    let mut n_links = 0;
    for record in read_strictly(&file(4, 3_000)).expect("generated records are valid") {
        assert_eq!(record.get("008").expect("has one").bytes().len(), 40);
        for field in record.fields() {
            field.text().expect("is UTF-8");
            assert!(field.tag().is_control() || field.subfields().next().is_some());
            if field.get(b'6').is_some() {
                let other = record.view().linked(&field).expect("leads to another");
                assert_eq!(record.view().linked(&other), Some(field));
                n_links += 1;
            }
        }
    }
    assert!(n_links > 500, "{n_links}");
}
