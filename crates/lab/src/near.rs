//! What somebody may have meant.

/// The names that are near to one that does not exist, as the end of a sentence.
pub(crate) fn near<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    let mut distances: Vec<(usize, &str)> =
        known.iter().map(|known| (distance(name, known), *known)).collect();
    distances.sort_unstable();
    let is_near = |(distance, known): &&(usize, &str)| {
        *distance <= 1 + name.len() / 4 || known.contains(name) || name.contains(known)
    };
    let near: Vec<String> =
        distances.iter().filter(is_near).take(3).map(|(_, known)| format!("`{known}`")).collect();
    match near.is_empty() {
        true if known.len() <= 12 => format!("; there are {}", known.join(", ")),
        true => String::new(),
        false => format!("; did you mean {}?", near.join(" or ")),
    }
}

/// Levenshtein's: the letters to be put in, taken out or changed.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut before = row[0];
        row[0] = i + 1;
        for (j, &y) in b.iter().enumerate() {
            let changed = before + usize::from(x != y);
            before = row[j + 1];
            row[j + 1] = changed.min(before + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distance_is_the_known_one() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!((distance("", "abc"), distance("abc", ""), distance("a", "a")), (3, 3, 0));
    }

    #[test]
    fn near_names_come_first_and_far_ones_not_at_all() {
        let known = ["std-mutex", "parking-lot", "spin-lock", "spin-crate"];
        assert_eq!(near("std-mutx", known), "; did you mean `std-mutex`?");
        assert_eq!(near("spin", known), "; did you mean `spin-lock` or `spin-crate`?");
        assert_eq!(
            near("flume", known),
            "; there are std-mutex, parking-lot, spin-lock, spin-crate"
        );
    }
}
