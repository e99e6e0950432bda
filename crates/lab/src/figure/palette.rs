//! A picture in few colours.
//!
//! A figure has a few inks and thousands of their mixtures with white, each of them rare. A file
//! of the commonest colours alone, in which a rare one becomes the nearest of these, is a quarter
//! of the size and looks the same.

use std::collections::HashMap;

type Pixel = [u8; 3];

/// The pixels as indices into a palette of at most `most` colours, the commonest first.
pub(super) fn indexed(pixels: &[Pixel], most: usize) -> (Vec<Pixel>, Vec<u8>) {
    let mut counts: HashMap<Pixel, usize> = HashMap::new();
    for run in pixels.chunk_by(|a, b| a == b) {
        *counts.entry(run[0]).or_default() += run.len();
    }
    // By count and then by color, which makes the order that of the picture alone.
    let mut colors: Vec<(usize, Pixel)> = counts.into_iter().map(|(c, n)| (n, c)).collect();
    colors.sort_unstable_by(|a, b| b.cmp(a));
    let palette: Vec<Pixel> = colors.iter().take(most).map(|&(_, color)| color).collect();
    let index: HashMap<Pixel, u8> =
        colors.iter().map(|&(_, color)| (color, nearest(&palette, color))).collect();
    let mut indices = Vec::with_capacity(pixels.len());
    for run in pixels.chunk_by(|a, b| a == b) {
        indices.resize(indices.len() + run.len(), index[&run[0]]);
    }
    (palette, indices)
}

fn nearest(palette: &[Pixel], color: Pixel) -> u8 {
    let distance = |other: &Pixel| -> u32 {
        other.iter().zip(color).map(|(&a, b)| u32::from(a.abs_diff(b)).pow(2)).sum()
    };
    let nearest = (0..palette.len()).min_by_key(|&i| distance(&palette[i]));
    u8::try_from(nearest.unwrap_or(0)).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_color_becomes_the_nearest_common_one() {
        let (white, black, grey) = ([255; 3], [0; 3], [200; 3]);
        let pixels = [white, white, white, black, black, grey];
        let (palette, indices) = indexed(&pixels, 2);
        assert_eq!(palette, [white, black]);
        assert_eq!(indices, [0, 0, 0, 1, 1, 0]);
        let (palette, indices) = indexed(&pixels, 256);
        assert_eq!(palette, [white, black, grey]);
        assert_eq!(indices, [0, 0, 0, 1, 1, 2]);
    }
}
