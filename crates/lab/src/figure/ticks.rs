//! Which values of an axis get a tick, and which ticks have space for a number.

use crate::figure::numeral::numerals;
use crate::figure::scale::Span;
use crate::figure::{Axis, Scale};

/// The least space between two numbers, in logical pixels.
const GAP: f64 = 9.0;
/// So many different values of a logarithmic axis are ticks themselves.
const MOST_SWEPT: usize = 24;
/// And so many of a linear one, which may have many points.
const MOST_SWEPT_EVENLY: usize = 8;
/// So many decades have minor lines between them.
const MOST_DIVIDED: f64 = 7.0;

/// The ticks of an axis; places run from 0 to 1.
#[derive(Debug, Default)]
pub(super) struct Ticks {
    /// Places with their numbers.
    pub(super) named: Vec<(f64, String)>,
    /// Places without one.
    pub(super) unnamed: Vec<f64>,
}

/// The ticks of an axis of this length, on which a text is as long as `extent` says. The values
/// that were swept are the ticks where they are few.
pub(super) fn ticks(
    axis: &Axis,
    span: &Span,
    length: f64,
    swept: &[f64],
    extent: impl Fn(&str) -> f64,
) -> Ticks {
    let most_swept = match span.scale {
        Scale::Log => MOST_SWEPT,
        Scale::Linear => MOST_SWEPT_EVENLY,
        Scale::Nines => 0,
    };
    let is_swept = (1..=most_swept).contains(&swept.len());
    let values = match span.scale {
        _ if is_swept => swept.to_vec(),
        Scale::Log => decimal(span),
        Scale::Linear => even(span.low, span.high, (length / 70.0).clamp(3.0, 10.0)),
        Scale::Nines => nines(span),
    };
    let texts = numerals(axis, &values);
    let sites: Vec<Site> = (values.iter().zip(&texts))
        .filter_map(|(&value, text)| {
            let place = span.place(value)?;
            Some(Site { at: place * length, extent: extent(text), rank: rank(value) })
        })
        .collect();
    let kept = thin(&sites);
    let mut ticks = Ticks::default();
    for ((site, text), is_named) in sites.iter().zip(texts).zip(kept) {
        let place = site.at / length;
        if is_named {
            ticks.named.push((place, text));
        } else {
            ticks.unnamed.push(place);
        }
    }
    if span.scale == Scale::Log && !is_swept && span.high - span.low <= MOST_DIVIDED {
        let minor = multiples(span, &[2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]);
        ticks.unnamed.extend(minor.iter().filter_map(|&value| span.place(value)));
    }
    ticks
}

/// A text that wants to stand centred on a place of the axis.
#[derive(Clone, Copy, Debug)]
pub(super) struct Site {
    pub(super) at: f64,
    pub(super) extent: f64,
    /// Of two that overlap, the lower one stays.
    pub(super) rank: u8,
}

/// Which texts stay so that no two overlap: the last and the first before all others, then by
/// rank, then from the first on.
pub(super) fn thin(sites: &[Site]) -> Vec<bool> {
    let mut order: Vec<usize> = (0..sites.len()).collect();
    let last = sites.len().saturating_sub(1);
    order.sort_by_key(|&i| (i != last, i != 0, sites[i].rank, i));
    let mut kept = vec![false; sites.len()];
    for i in order {
        let clashes = |&j: &usize| {
            let reach = (sites[i].extent + sites[j].extent) / 2.0 + GAP;
            (sites[i].at - sites[j].at).abs() < reach
        };
        kept[i] = !(0..sites.len()).filter(|&j| kept[j]).any(|j| clashes(&j));
    }
    kept
}

/// Powers of ten before all others.
fn rank(value: f64) -> u8 {
    let power = value.abs().log10();
    u8::from(!power.is_finite() || (power - power.round()).abs() > 1e-9)
}

/// Decades where the axis has some, otherwise as much finer as it takes to have three ticks.
fn decimal(span: &Span) -> Vec<f64> {
    let decades = multiples(span, &[1.0]);
    if decades.len() > 9 {
        let step = decades.len().div_ceil(8) as i64;
        let power = |value: f64| value.log10().round() as i64;
        return decades.into_iter().filter(|&v| power(v).rem_euclid(step) == 0).collect();
    }
    let finer: [&[f64]; 3] = [&[1.0, 2.0, 5.0], &[1.0, 1.5, 2.0, 3.0, 5.0, 7.0], &[]];
    let mut values = decades;
    for factors in finer {
        if values.len() >= 3 {
            break;
        }
        values = match factors {
            [] => even(10f64.powf(span.low), 10f64.powf(span.high), 6.0),
            factors => multiples(span, factors),
        };
    }
    values
}

/// The products of these factors and a power of ten that the axis shows.
fn multiples(span: &Span, factors: &[f64]) -> Vec<f64> {
    let powers = span.low.floor() as i32..=span.high.ceil() as i32;
    powers
        .flat_map(|power| factors.iter().map(move |factor| factor * 10f64.powi(power)))
        .filter(|&value| span.scale.even(value).is_some_and(|even| span.shows(even)))
        .collect()
}

/// Multiples of 1, 2 or 5 times a power of ten, about as many as asked for.
fn even(low: f64, high: f64, count: f64) -> Vec<f64> {
    let wish = (high - low) / count;
    let power = 10f64.powf(wish.log10().floor());
    let step = [1.0, 2.0, 5.0, 10.0].iter().map(|factor| factor * power).find(|&s| s >= wish);
    let Some(step) = step.filter(|&step| step > 0.0 && step.is_finite()) else {
        return vec![low, high];
    };
    let first = (low / step - 1e-9).ceil();
    let most = 2 * count as usize + 2;
    let nth = |i: usize| {
        // Dividing by a whole number gives 0.3 where multiplying gives 0.30000000000000004.
        let n = first + i as f64;
        if step < 1.0 { n / (1.0 / step).round() } else { n * step }
    };
    (0..most).map(nth).take_while(|&value| value <= high + 1e-9 * step).collect()
}

fn nines(span: &Span) -> Vec<f64> {
    let percentiles = [0.0, 50.0, 90.0, 99.0, 99.9, 99.99, 99.999, 99.9999, 99.99999];
    percentiles
        .into_iter()
        .filter(|&value| span.scale.even(value).is_some_and(|even| span.shows(even)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(ticks: &Ticks) -> String {
        let texts: Vec<&str> = ticks.named.iter().map(|(_, text)| text.as_str()).collect();
        texts.join(" ")
    }

    fn assert_apart(ticks: &Ticks, length: f64) {
        let ends = |(place, text): &(f64, String)| {
            let half = 3.5 * text.len() as f64;
            (place * length - half, place * length + half)
        };
        for pair in ticks.named.windows(2) {
            assert!(ends(&pair[0]).1 + GAP <= ends(&pair[1]).0 + 1e-6, "{pair:?}");
        }
    }

    #[test]
    fn swept_values_are_the_ticks_and_never_overlap() {
        let swept: Vec<f64> = [1, 2, 4, 8, 16, 32, 64, 100, 1_000, 10_000].map(f64::from).to_vec();
        let axis = Axis::log("threads");
        let span = Span::of(&axis, &swept, false).expect("values");
        let extent = |text: &str| 7.0 * text.len() as f64;
        let wide = ticks(&axis, &span, 640.0, &swept, extent);
        assert_eq!(texts(&wide), "1 2 4 8 16 32 64 100 1,000 10,000");
        for length in [640.0, 400.0, 250.0, 120.0, 60.0] {
            let ticks = ticks(&axis, &span, length, &swept, extent);
            assert_apart(&ticks, length);
            assert_eq!(ticks.named.len() + ticks.unnamed.len(), swept.len());
            assert!(texts(&ticks).ends_with("10,000"), "{ticks:?}");
        }
    }

    #[test]
    fn few_swept_values_are_the_only_ticks_of_a_linear_axis() {
        let axis = Axis::linear("threads");
        let span = Span::of(&axis, &[2.0, 4.0], false).expect("values");
        let extent = |text: &str| 7.0 * text.len() as f64;
        assert_eq!(texts(&ticks(&axis, &span, 640.0, &[2.0, 4.0], extent)), "2 4");
        let many: Vec<f64> = (0..20).map(f64::from).collect();
        let span = Span::of(&axis, &many, false).expect("values");
        assert_eq!(texts(&ticks(&axis, &span, 640.0, &many, extent)), "0 5 10 15");
    }

    #[test]
    fn every_range_has_ticks_with_space_between() {
        let extent = |text: &str| 7.0 * text.len() as f64;
        for axis in [Axis::linear("a"), Axis::log("a"), Axis::log("a, ns"), Axis::nines("a")] {
            for (low, high) in [
                (1.0, 1.0),
                (1.0, 1.1),
                (1.0, 7.0),
                (3.0, 80.0),
                (1.0, 99.9999),
                (1e-12, 1e12),
                (1e-300, 1e290),
                (5e17, 5e17 + 1_000.0),
            ] {
                let Some(span) = Span::of(&axis, &[low, high], false) else { continue };
                let ticks = ticks(&axis, &span, 600.0, &[], extent);
                let places = ticks.named.iter().map(|&(place, _)| place);
                assert!(!ticks.named.is_empty(), "{axis:?} {low} {high}");
                assert!(places.clone().all(|p| (-1e-6..=1.000_001).contains(&p)), "{ticks:?}");
                assert_apart(&ticks, 600.0);
            }
        }
    }

    #[test]
    fn even_steps_are_round() {
        assert_eq!(even(0.0, 1.04, 6.0), [0.0, 0.2, 0.4, 0.6, 0.8, 1.0]);
        assert_eq!(even(-3.0, 3.0, 4.0), [-2.0, 0.0, 2.0]);
    }
}
