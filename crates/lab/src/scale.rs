//! The unit in which the numbers of a table are readable.

use crate::table::interval_text;
use crate::{Estimate, figures};

/// A factor between what is measured and what is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Scale {
    divisor: f64,
    /// What a number means, such as `ms` or `millions`; empty where it means itself.
    pub(crate) unit: &'static str,
}

const ONE: Scale = Scale { divisor: 1.0, unit: "" };
const COUNTS: [Scale; 4] = [
    ONE,
    Scale { divisor: 1e3, unit: "thousands" },
    Scale { divisor: 1e6, unit: "millions" },
    Scale { divisor: 1e9, unit: "billions" },
];
const BYTES: [Scale; 4] = [
    Scale { divisor: 1.0, unit: "bytes" },
    Scale { divisor: 1024.0, unit: "KiB" },
    Scale { divisor: 1_048_576.0, unit: "MiB" },
    Scale { divisor: 1_073_741_824.0, unit: "GiB" },
];
const NANOSECONDS: [Scale; 4] = [
    Scale { divisor: 1.0, unit: "ns" },
    Scale { divisor: 1e3, unit: "us" },
    Scale { divisor: 1e6, unit: "ms" },
    Scale { divisor: 1e9, unit: "s" },
];
const SECONDS: [Scale; 4] = [
    Scale { divisor: 1e-9, unit: "ns" },
    Scale { divisor: 1e-6, unit: "us" },
    Scale { divisor: 1e-3, unit: "ms" },
    Scale { divisor: 1.0, unit: "s" },
];

impl Scale {
    /// The largest in which the middle of `values`, of the measure of this name, is at least 1.
    pub(crate) fn of(measure: &str, values: &[f64]) -> Self {
        let middle = crate::median(values).unwrap_or(0.0).abs();
        let steps = match measure {
            _ if measure.ends_with("per_s") => &COUNTS,
            _ if measure.ends_with("_ns") => &NANOSECONDS,
            _ if measure.ends_with("_s") => &SECONDS,
            _ if measure.ends_with("_bytes") => &BYTES,
            _ => return ONE,
        };
        let fits = steps.iter().rev().find(|scale| middle >= scale.divisor);
        // Nothing but noughts has no size.
        if middle == 0.0 { ONE } else { *fits.unwrap_or(&steps[0]) }
    }

    /// A number in this unit, without it.
    pub(crate) fn text(&self, value: f64) -> String {
        figures(value / self.divisor)
    }

    /// An estimate with its interval in this unit, without it.
    pub(crate) fn interval(&self, estimate: &Estimate) -> String {
        interval_text(estimate, |value| self.text(value))
    }

    /// A number in the unit that fits it best, with that.
    pub(crate) fn alone(measure: &str, value: f64) -> String {
        let scale = Self::of(measure, &[value]);
        let short = match scale.unit {
            "thousands" => "k",
            "millions" => "M",
            "billions" => "G",
            unit => unit,
        };
        format!("{} {short}", scale.text(value)).trim_end().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_in_the_unit_that_fits() {
        assert_eq!(Scale::alone("ops_per_s", 138_640_000.0), "139 M");
        assert_eq!(Scale::alone("longest_gap_ns", 344_107_000.0), "344 ms");
        assert_eq!(Scale::alone("wall_s", 0.0123), "12.3 ms");
        assert_eq!(Scale::alone("peak_rss_bytes", 2_097_152.0), "2.00 MiB");
        assert_eq!(Scale::alone("jain", 0.98), "0.980");
        assert_eq!(Scale::alone("cpu_ns_per_op", 41.1), "41.1");
        assert_eq!(Scale::alone("ops_per_s", 0.0), "0");
    }

    #[test]
    fn a_table_has_one_unit() {
        let scale = Scale::of("ops_per_s", &[1.0, 2e6, 3e6]);
        assert_eq!(scale.unit, "millions");
        let estimate = Estimate { value: 2.5e6, low: 2e6, high: 3e6, n: 5 };
        assert_eq!(scale.interval(&estimate), "2.50 [2.00, 3.00]");
    }
}
