//! How a series is drawn, by its role and its turn within it.
//!
//! No two of a role look alike in grey either: peers differ by marker and dashes together, of
//! which there are 28 pairs, ours and controls likewise. The inks of peers are those of Okabe and
//! Ito, "Color Universal Design" (2008), without black and without yellow, which is lost on white,
//! and two of Tol, "Colour Schemes" (2021), which a reader with any colour blindness tells apart.

use crate::Role;
use crate::figure::marker::Marker;

/// Red, green, blue.
pub(super) type Ink = [u8; 3];

pub(super) const TEXT: Ink = [0x22, 0x22, 0x22];
pub(super) const FAINT_TEXT: Ink = [0x5a, 0x5a, 0x5a];
pub(super) const AXIS: Ink = [0x77, 0x77, 0x77];
pub(super) const GRID: Ink = [0xdc, 0xdc, 0xdc];
pub(super) const MINOR_GRID: Ink = [0xf0, 0xf0, 0xf0];
pub(super) const GROUND: Ink = [0xff, 0xff, 0xff];

const OURS: [Ink; 4] =
    [[0x00, 0x00, 0x00], [0x1b, 0x2f, 0x7d], [0x7a, 0x10, 0x3f], [0x0a, 0x51, 0x3a]];
const PEERS: [Ink; 8] = [
    [0x00, 0x72, 0xb2],
    [0xe0, 0x93, 0x00],
    [0x00, 0x9e, 0x73],
    [0xcc, 0x6f, 0xa2],
    [0xd5, 0x5e, 0x00],
    [0x48, 0xa4, 0xda],
    [0x88, 0x22, 0x55],
    [0x8a, 0x8a, 0x2a],
];
const CONTROLS: [Ink; 1] = [[0x86, 0x86, 0x86]];

/// Lengths of dash and space in turn, in logical pixels; a solid line has none.
pub(super) type Dashes = &'static [f64];
const SOLID: Dashes = &[];
const LONG: Dashes = &[9.0, 4.0];
const SHORT: Dashes = &[4.5, 3.5];
const MIXED: Dashes = &[11.0, 3.5, 3.0, 3.5];

/// How a series is drawn; lengths in logical pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Look {
    pub(super) ink: Ink,
    pub(super) width: f64,
    pub(super) dashes: Dashes,
    pub(super) marker: Marker,
    pub(super) radius: f64,
    pub(super) is_hollow: bool,
}

impl Look {
    /// The look of the series that is the `turn`th of its role.
    pub(super) fn of(role: Role, turn: usize) -> Self {
        use Marker::*;
        let nth = |inks: &[Ink]| inks[turn % inks.len()];
        match role {
            Role::Ours => Self {
                ink: nth(&OURS),
                width: 2.6,
                dashes: [SOLID, LONG][(turn / 5) % 2],
                marker: [Disc, Square, Triangle, Diamond, Gradient][turn % 5],
                radius: 4.6,
                is_hollow: false,
            },
            Role::Peer | Role::Broken => Self {
                ink: nth(&PEERS),
                width: 1.4,
                dashes: [SOLID, LONG, SHORT, MIXED][turn % 4],
                marker: [Disc, Square, Triangle, Diamond, Gradient, Plus, Cross][turn % 7],
                radius: 4.2,
                is_hollow: true,
            },
            Role::Control => Self {
                ink: nth(&CONTROLS),
                width: 1.0,
                dashes: [SHORT, MIXED, LONG][turn % 3],
                marker: [Cross, Plus, Square, Disc][turn % 4],
                radius: 3.2,
                is_hollow: true,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_series_look_alike_without_their_inks() {
        for (role, turns) in [(Role::Ours, 10), (Role::Peer, 28), (Role::Control, 12)] {
            let looks: Vec<Look> = (0..turns).map(|turn| Look::of(role, turn)).collect();
            for (i, look) in looks.iter().enumerate() {
                let is_alike =
                    |other: &Look| (other.dashes, other.marker) == (look.dashes, look.marker);
                assert!(!looks[..i].iter().any(is_alike), "{role:?} {i}");
            }
        }
    }
}
