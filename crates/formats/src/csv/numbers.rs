//! Numbers, dates and timestamps as text.

use super::block::Block;

/// The two digits of each number below 100.
const PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[0; 2]; 100];
    let mut i = 0;
    while i < 100 {
        pairs[i] = [b'0' + (i / 10) as u8, b'0' + (i % 10) as u8];
        i += 1;
    }
    pairs
};

#[inline]
fn pair(number: u32) -> [u8; 2] {
    PAIRS[(number % 100) as usize]
}

#[inline]
pub(super) fn signed(block: &mut Block, number: i64) {
    if number < 0 {
        block.byte(b'-');
    }
    unsigned(block, number.unsigned_abs());
}

#[inline]
pub(super) fn unsigned(block: &mut Block, number: u64) {
    if number < 100 {
        let [tens, ones] = PAIRS[number as usize];
        let mut lane = [0; 16];
        let two = usize::from(number >= 10);
        (lane[0], lane[two]) = (tens, ones);
        block.lane(&lane, 1 + two);
    } else if number < 100_000_000 {
        let eight = eight_digits(number as u32);
        without_zeros(block, &eight);
    } else {
        unsigned_long(block, number);
    }
}

fn unsigned_long(block: &mut Block, number: u64) {
    unsigned(block, number / 100_000_000);
    block.array(eight_digits((number % 100_000_000) as u32));
}

/// `number`, which is below 10^8, with its leading zeros.
#[inline]
fn eight_digits(number: u32) -> [u8; 8] {
    let (high, low) = (number / 10_000, number % 10_000);
    let [a, b] = pair(high / 100);
    let [c, d] = pair(high);
    let [e, f] = pair(low / 100);
    let [g, h] = pair(low);
    [a, b, c, d, e, f, g, h]
}

/// Eight digits less those leading zeros that are not the last digit.
#[inline]
fn without_zeros(block: &mut Block, digits: &[u8; 8]) {
    let word = u64::from_le_bytes(*digits) ^ u64::from_le_bytes([b'0'; 8]);
    let zeros = (word.trailing_zeros() / 8).min(7) as usize;
    let shifted = u64::from_le_bytes(*digits) >> (8 * zeros);
    let mut lane = [0; 16];
    lane[..8].copy_from_slice(&shifted.to_le_bytes());
    block.lane(&lane, 8 - zeros);
}

/// A float in its shortest form that reads back to the same float, with at least one decimal.
#[inline]
pub(super) fn float32(block: &mut Block, value: f32) {
    // Below 2^17, floats lie closer than a hundredth: at most one decimal of two digits reads
    // back to a float, and where one does it is the shortest form.
    let hundredths = (f64::from(value) * 100.0).round();
    if hundredths.abs() < 13_107_200.0 && (hundredths / 100.0) as f32 == value {
        return two_decimals(block, hundredths as i64, value.is_sign_negative());
    }
    shortest(block, value);
}

/// As [`float32`].
#[inline]
pub(super) fn float64(block: &mut Block, value: f64) {
    // As for a float, up to 2^52 hundredths, where doubles lie closer than one of them; that also
    // leaves room for the rounding of the product.
    let hundredths = (value * 100.0).round();
    if hundredths.abs() < 4_503_599_627_370_496.0 && hundredths / 100.0 == value {
        return two_decimals(block, hundredths as i64, value.is_sign_negative());
    }
    shortest(block, value);
}

#[inline]
fn two_decimals(block: &mut Block, hundredths: i64, negative: bool) {
    if negative {
        block.byte(b'-');
    }
    let hundredths = hundredths.unsigned_abs();
    unsigned(block, hundredths / 100);
    let [tenth, hundredth] = PAIRS[(hundredths % 100) as usize];
    let mut lane = [0; 16];
    (lane[0], lane[1], lane[2]) = (b'.', tenth, hundredth);
    block.lane(&lane, 2 + usize::from(hundredth != b'0'));
}

#[cold]
fn shortest(block: &mut Block, value: impl zmij::Float) {
    block.text(zmij::Buffer::new().format(value).as_bytes());
}

/// `number / 10^scale`, with all `scale` decimals.
pub(super) fn decimal(block: &mut Block, number: i128, scale: usize) {
    if number < 0 {
        block.byte(b'-');
    }
    let mut digits = [b'0'; 40];
    let mut rest = number.unsigned_abs();
    let mut first = digits.len();
    while rest > 0 {
        first -= 1;
        digits[first] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    let first = first.min(digits.len() - scale - 1);
    let point = digits.len() - scale;
    block.text(&digits[first..point]);
    if scale > 0 {
        block.byte(b'.');
        block.text(&digits[point..]);
    }
}

/// `2020-02-29` of days since 1970-01-01.
#[inline]
pub(super) fn date(block: &mut Block, days: i64) {
    let (year, month, day) = civil(days);
    if (0..10_000).contains(&year) {
        let year = year as u32;
        let ([c, d], [y, z]) = (pair(year / 100), pair(year));
        let ([m, n], [p, q]) = (pair(month), pair(day));
        block.array([c, d, y, z, b'-', m, n, b'-', p, q]);
    } else {
        block.text(format!("{year}-{month:02}-{day:02}").as_bytes());
    }
}

/// `2020-02-29 12:34:56.123456` of microseconds since the epoch, in UTC.
#[inline]
pub(super) fn timestamp(block: &mut Block, microseconds: i64) {
    let seconds = microseconds.div_euclid(1_000_000);
    let fraction = microseconds.rem_euclid(1_000_000) as u32;
    date(block, seconds.div_euclid(86_400));
    let second = seconds.rem_euclid(86_400) as u32;
    let [h, i] = pair(second / 3600);
    let [m, n] = pair(second / 60 % 60);
    let [s, t] = pair(second % 60);
    let [a, b] = pair(fraction / 10_000);
    let [c, d] = pair(fraction / 100);
    let [e, f] = pair(fraction);
    block.array([b' ', h, i, b':', m, n, b':', s, t, b'.', a, b, c, d, e, f]);
}

/// Year, month and day of days since 1970-01-01, in the Gregorian calendar.
///
/// Counts from 1 March of year 0, so that a leap day is the last day of its year: then 153 days
/// are five months wherever one begins, and 146,097 days are 400 years.
#[inline]
fn civil(days: i64) -> (i64, u32, u32) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097) as u32;
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = i64::from(year_of_era) + era * 400 + i64::from(month <= 2);
    (year, month, day)
}
