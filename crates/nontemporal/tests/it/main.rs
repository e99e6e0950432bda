//! What is filled is what was made, at any length and from any address, and nothing beside it.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use inrush_nontemporal::{PIECE_BYTES, fill};

/// What belongs at an offset: different from its neighbours, and never what the memory held before.
fn wanted(offset: usize) -> u8 {
    (offset.wrapping_mul(0x9e37_79b1) >> 16) as u8 | 1
}

fn make(offset: usize, piece: &mut [u8]) {
    for (i, byte) in piece.iter_mut().enumerate() {
        *byte = wanted(offset + i);
    }
}

#[test]
fn any_length_at_any_address_is_filled_and_no_byte_beside_it() {
    let lengths =
        (0..70).chain([PIECE_BYTES - 1, PIECE_BYTES, PIECE_BYTES + 1, 3 * PIECE_BYTES + 77]);
    for n_bytes in lengths {
        for start in 0..65 {
            let mut memory = vec![0; n_bytes + 130];
            fill(&mut memory[start..start + n_bytes], make);
            for (i, &byte) in memory.iter().enumerate() {
                let inside = (start..start + n_bytes).contains(&i);
                let expected = if inside { wanted(i - start) } else { 0 };
                assert_eq!(byte, expected, "{n_bytes} bytes from {start} on, at {i}");
            }
        }
    }
}

#[test]
fn pieces_come_in_order_and_have_their_size() {
    let mut seen = Vec::new();
    fill(&mut vec![0; 2 * PIECE_BYTES + 5], |offset, piece: &mut [u8]| {
        seen.push((offset, piece.len()))
    });
    assert_eq!(seen, [(0, PIECE_BYTES), (PIECE_BYTES, PIECE_BYTES), (2 * PIECE_BYTES, 5)]);
}

#[test]
fn what_was_filled_before_a_panic_is_there() {
    let mut memory = vec![0; 4 * PIECE_BYTES];
    let ended = catch_unwind(AssertUnwindSafe(|| {
        fill(&mut memory, |offset, piece: &mut [u8]| {
            assert!(offset < 2 * PIECE_BYTES, "no further");
            make(offset, piece);
        });
    }));
    assert!(ended.is_err());
    for (i, &byte) in memory.iter().enumerate() {
        let waited = (2 * PIECE_BYTES - 63..2 * PIECE_BYTES).contains(&i) && byte == 0;
        let expected = if i < 2 * PIECE_BYTES && !waited { wanted(i) } else { 0 };
        assert_eq!(byte, expected, "at {i}");
    }
}

/// The fence is what another thread needs that learns by an ordinary store that memory is filled.
#[test]
fn another_thread_sees_all_of_it() {
    for round in 0..20 {
        let mut memory = vec![0; 1 << 20];
        let is_filled = AtomicBool::new(false);
        let (filled, seen) = (&is_filled, std::sync::Mutex::new(None));
        thread::scope(|scope| {
            let reader = scope.spawn(|| {
                // ORDERING: Acquire, to-side of the release below, which carries the memory.
                while !filled.load(Ordering::Acquire) {
                    std::hint::spin_loop();
                }
                seen.lock().expect("nobody panics").take()
            });
            fill(&mut memory, make);
            *seen.lock().expect("nobody panics") = Some(std::mem::take(&mut memory));
            // ORDERING: Release, from-side of the acquire above.
            filled.store(true, Ordering::Release);
            let memory = reader.join().expect("the reader ends").expect("it was given memory");
            let bad = memory.iter().enumerate().position(|(i, &byte)| byte != wanted(i));
            assert_eq!(bad, None, "round {round}");
        });
    }
}
