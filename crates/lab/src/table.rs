//! Markdown tables that are as readable in the source as on a page, and the numbers in them.

use crate::Estimate;

/// A table under construction.
#[derive(Clone, Debug)]
pub struct Table {
    /// The heads, each with whether its column holds numbers.
    columns: Vec<(String, bool)>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table of these columns. A head that ends in `:` is that of a column of numbers, which
    /// stand to the right.
    pub fn new(heads: &[&str]) -> Self {
        let columns = heads
            .iter()
            .map(|head| match head.strip_suffix(':') {
                Some(head) => (head.to_owned(), true),
                None => ((*head).to_owned(), false),
            })
            .collect();
        Self { columns, rows: Vec::new() }
    }

    /// Adds a row; what it lacks stays empty, and what it has too much is left out.
    pub fn row(&mut self, cells: &[String]) {
        let mut row = cells.to_vec();
        row.resize(self.columns.len(), String::new());
        self.rows.push(row);
    }

    /// The table as Markdown, every line ended.
    pub fn markdown(&self) -> String {
        let widths: Vec<usize> = (0..self.columns.len())
            .map(|i| {
                let cells = self.rows.iter().map(|row| row[i].chars().count());
                cells.chain([self.columns[i].0.chars().count(), 3]).max().unwrap_or(3)
            })
            .collect();
        let heads: Vec<String> = self.columns.iter().map(|(head, _)| head.clone()).collect();
        let rules: Vec<String> = (widths.iter().zip(&self.columns))
            .map(|(&width, &(_, is_number))| match is_number {
                true => format!("{}:", "-".repeat(width - 1)),
                false => "-".repeat(width),
            })
            .collect();
        [heads, rules].iter().chain(&self.rows).map(|row| self.line(row, &widths)).collect()
    }

    fn line(&self, row: &[String], widths: &[usize]) -> String {
        let mut line = String::from("|");
        for ((cell, &width), &(_, is_number)) in row.iter().zip(widths).zip(&self.columns) {
            if is_number {
                line += &format!(" {cell:>width$} |");
            } else {
                line += &format!(" {cell:<width$} |");
            }
        }
        line.push('\n');
        line
    }
}

/// An integer with its thousands set apart: `1,234,567`.
pub fn grouped(value: u64) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// An integer that is a round thousand or million, shortened: `5k`, `5M`; others as they are.
pub fn short(value: u64) -> String {
    match value {
        0 => "0".to_owned(),
        _ if value.is_multiple_of(1_000_000) => format!("{}M", grouped(value / 1_000_000)),
        _ if value.is_multiple_of(1_000) && value < 1_000_000 => format!("{}k", value / 1_000),
        _ => grouped(value),
    }
}

/// A number in three significant digits, or as an integer where it has more: `0.0123`, `1.23`,
/// `123`, `12,345`.
pub fn figures(value: f64) -> String {
    if !value.is_finite() {
        return value.to_string();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    // The power is that of the rounded number: 9.999 is 10.0.
    let rounded = format!("{value:.2e}");
    let power: i32 = rounded.rsplit('e').next().and_then(|text| text.parse().ok()).unwrap_or(0);
    match usize::try_from(2 - power) {
        Ok(decimals) => format!("{value:.decimals$}"),
        Err(_) if value > 0.0 => grouped(value.round() as u64),
        Err(_) => format!("{value:.0}"),
    }
}

/// An estimate with its interval: `12.3 [11.9, 12.8]`; or, where it has too few samples for one, with their
/// number: `12.3 (n = 1)`.
pub fn with_interval(estimate: &Estimate) -> String {
    interval_text(estimate, figures)
}

/// The same with numbers that are written by `text`.
pub(crate) fn interval_text(estimate: &Estimate, text: impl Fn(f64) -> String) -> String {
    let Estimate { value, low, high, n } = *estimate;
    match estimate.is_supported() {
        true => format!("{} [{}, {}]", text(value), text(low), text(high)),
        false => format!("{} (n = {n})", text(value)),
    }
}

/// An estimate of a ratio with its interval, in thousandths, so that one which lies just above 1.0
/// is seen to: `1.013 [1.003, 1.031]`.
pub fn ratio_with_interval(estimate: &Estimate) -> String {
    interval_text(estimate, |value| format!("{value:.3}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_numbers_stand_to_the_right() {
        let mut table = Table::new(&["subject", "ms:"]);
        table.row(&["a".to_owned(), "1".to_owned()]);
        table.row(&["longer name".to_owned(), "1,000".to_owned()]);
        table.row(&["x".to_owned()]);
        let expected = "\
| subject     |    ms |
| ----------- | ----: |
| a           |     1 |
| longer name | 1,000 |
| x           |       |
";
        assert_eq!(table.markdown(), expected);
    }

    #[test]
    fn numbers_keep_three_digits() {
        let cases = [
            (0.0, "0"),
            (0.001_234, "0.00123"),
            (0.9994, "0.999"),
            (0.9996, "1.00"),
            (1.234, "1.23"),
            (9.996, "10.0"),
            (99.96, "100"),
            (123.4, "123"),
            (12_345.6, "12,346"),
        ];
        for (value, text) in cases {
            assert_eq!(figures(value), text);
        }
    }

    #[test]
    fn interval_of_too_few_samples_is_not_shown() {
        let mut estimate = Estimate { value: 12.34, low: 12.0, high: 13.0, n: 3 };
        assert_eq!(with_interval(&estimate), "12.3 [12.0, 13.0]");
        assert_eq!(ratio_with_interval(&estimate), "12.340 [12.000, 13.000]");
        estimate.n = 2;
        assert_eq!(with_interval(&estimate), "12.3 (n = 2)");
        assert_eq!(ratio_with_interval(&estimate), "12.340 (n = 2)");
    }

    #[test]
    fn thousands_are_set_apart() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_000), "1,000");
        assert_eq!(grouped(1_234_567), "1,234,567");
    }

    #[test]
    fn only_round_numbers_are_shortened() {
        assert_eq!(short(3), "3");
        assert_eq!(short(5_000), "5k");
        assert_eq!(short(5_000_000), "5M");
        assert_eq!(short(5_001), "5,001");
        assert_eq!(short(1_500_000), "1,500,000");
    }
}
