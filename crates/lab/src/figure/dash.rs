//! A line cut into dashes.

use crate::figure::spot::Spot;

/// The dashes of a line, whose lengths and spaces take turns as given and run on around corners. A
/// line without lengths is one dash.
pub(super) fn dashes(line: &[Spot], lengths: &[f64]) -> Vec<Vec<Spot>> {
    if lengths.is_empty() || lengths.iter().any(|&length| length <= 0.0) {
        return vec![line.to_vec()];
    }
    let mut dashes = Vec::new();
    let mut dash: Vec<Spot> = line.first().copied().into_iter().collect();
    let (mut turn, mut left) = (0, lengths[0]);
    for ends in line.windows(2) {
        let (from, to) = (ends[0], ends[1]);
        let length = (to.0 - from.0).hypot(to.1 - from.1);
        let mut done = 0.0;
        while length - done > left {
            done += left;
            let part = done / length;
            let cut = (from.0 + part * (to.0 - from.0), from.1 + part * (to.1 - from.1));
            dash.push(cut);
            if turn % 2 == 0 {
                dashes.push(std::mem::take(&mut dash));
            } else {
                dash = vec![cut];
            }
            turn = (turn + 1) % lengths.len();
            left = lengths[turn];
        }
        left -= length - done;
        if turn % 2 == 0 {
            dash.push(to);
        }
    }
    if turn % 2 == 0 && dash.len() > 1 {
        dashes.push(dash);
    }
    dashes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_run_on_around_corners() {
        let line = [(0.0, 0.0), (5.0, 0.0), (5.0, 5.0)];
        let expected = [
            vec![(0.0, 0.0), (3.0, 0.0)],
            vec![(4.0, 0.0), (5.0, 0.0), (5.0, 2.0)],
            vec![(5.0, 3.0), (5.0, 5.0)],
        ];
        assert_eq!(dashes(&line, &[3.0, 1.0]), expected);
        assert_eq!(dashes(&line, &[]), [line.to_vec()]);
        assert!(dashes(&[], &[3.0, 1.0]).is_empty());
    }
}
