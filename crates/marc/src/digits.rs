//! Numbers of fixed width in ASCII, as leader and directory have them.

/// "00" to "99".
const PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[b'0'; 2]; 100];
    let mut n = 0;
    while n < 100 {
        pairs[n] = [b'0' + (n / 10) as u8, b'0' + (n % 10) as u8];
        n += 1;
    }
    pairs
};

/// `n`, below 10,000.
#[inline(always)]
pub(crate) fn four(n: u32) -> [u8; 4] {
    debug_assert!(n < 10_000, "{n} has more than four digits");
    let [a, b] = PAIRS[(n / 100 % 100) as usize];
    let [c, d] = PAIRS[(n % 100) as usize];
    [a, b, c, d]
}

/// `n`, below 100,000.
#[inline(always)]
pub(crate) fn five(n: u32) -> [u8; 5] {
    debug_assert!(n < 100_000, "{n} has more than five digits");
    let [a, b, c, d] = four(n % 10_000);
    [b'0' + (n / 10_000) as u8, a, b, c, d]
}

/// The number that `digits` are, at most nine of them; `None` if one is no digit.
#[inline(always)]
pub(crate) fn parse<const N: usize>(digits: [u8; N]) -> Option<u32> {
    let mut n = 0_u32;
    let mut is_number = true;
    for digit in digits {
        let digit = digit.wrapping_sub(b'0');
        is_number &= digit < 10;
        n = n.wrapping_mul(10).wrapping_add(u32::from(digit));
    }
    is_number.then_some(n)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_read_as_it_was_written() {
        for n in 0..100_000 {
            assert_eq!(five(n), *format!("{n:05}").as_bytes(), "{n}");
            assert_eq!(parse(five(n)), Some(n));
        }
        for n in 0..10_000 {
            assert_eq!(four(n), *format!("{n:04}").as_bytes(), "{n}");
        }
    }

    #[test]
    fn what_is_no_digit_is_no_number() {
        for text in [*b"    1", *b"-0001", *b"0x001", *b"00/00", *b"000:0"] {
            assert_eq!(parse(text), None);
        }
    }
}
