//! The back end that fills pixels, for PNG.
//!
//! Shapes and letters are drawn at twice the resolution of the file in full pixels and become
//! smooth when four of these become one. Pixels that are covered in part are drawn or left whole:
//! their shades would make a file larger, and nobody sees them.

use std::convert::Infallible;

use plotters_backend::rasterizer::polygonize;
use plotters_backend::text_anchor::HPos;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    FontStyle,
};

use crate::figure::lettering::Face;
use crate::figure::palette::indexed;
use crate::figure::spot::Spot;

type Outcome = Result<(), DrawingErrorKind<Infallible>>;

/// A bitmap under construction, white at first.
pub(super) struct Raster {
    width: usize,
    height: usize,
    pixels: Vec<[u8; 3]>,
}

impl Raster {
    /// How many pixels of the back end a logical pixel has on either side.
    pub(super) const UNIT: f64 = 4.0;
    /// How many of these make one of the file on either side.
    const FINER: usize = 2;
    /// How many colors the file has at most.
    const COLORS: usize = 64;

    /// A bitmap of this size in logical pixels.
    pub(super) fn new(size: Spot) -> Self {
        let (width, height) = (size.0 * Self::UNIT, size.1 * Self::UNIT);
        let (width, height) = (width as usize, height as usize);
        Self { width, height, pixels: vec![[0xff; 3]; width * height] }
    }

    /// The bitmap as a file.
    pub(super) fn png(&self) -> Result<Vec<u8>, png::EncodingError> {
        let (width, height) = (self.width / Self::FINER, self.height / Self::FINER);
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, width as u32, height as u32);
        let (palette, indices) = indexed(&self.smooth(), Self::COLORS);
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_palette(palette.as_flattened());
        encoder.set_compression(png::Compression::High);
        // Neighbouring indices are not close in color, so no filter predicts them.
        encoder.set_filter(png::Filter::NoFilter);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&indices)?;
        writer.finish()?;
        Ok(file)
    }

    /// The pixels of the file.
    fn smooth(&self) -> Vec<[u8; 3]> {
        let finer = Self::FINER;
        let (width, height) = (self.width / finer, self.height / finer);
        let mut smooth = Vec::with_capacity(width * height);
        for (x, y) in (0..height).flat_map(|y| (0..width).map(move |x| (x, y))) {
            let mut sum = [0; 3];
            for (dx, dy) in (0..finer).flat_map(|dy| (0..finer).map(move |dx| (dx, dy))) {
                let pixel = self.pixels[(y * finer + dy) * self.width + x * finer + dx];
                for (sum, part) in sum.iter_mut().zip(pixel) {
                    *sum += usize::from(part);
                }
            }
            smooth.push(sum.map(|sum| ((sum + finer * finer / 2) / (finer * finer)) as u8));
        }
        smooth
    }

    /// Fills what lies between these corners, the lower right ones left out.
    fn fill(&mut self, from: BackendCoord, to: BackendCoord, ink: (u8, u8, u8)) {
        let within = |value: i32, size: usize| value.clamp(0, size as i32) as usize;
        let (left, right) = (within(from.0, self.width), within(to.0, self.width));
        let (top, bottom) = (within(from.1, self.height), within(to.1, self.height));
        for row in self.pixels.chunks_exact_mut(self.width).take(bottom).skip(top) {
            if let Some(pixels) = row.get_mut(left..right) {
                pixels.fill(ink.into());
            }
        }
    }
}

impl DrawingBackend for &mut Raster {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        (self.width as u32, self.height as u32)
    }

    fn ensure_prepared(&mut self) -> Outcome {
        Ok(())
    }

    fn present(&mut self) -> Outcome {
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Outcome {
        if color.alpha >= 0.5 {
            self.fill((x, y), (x + 1, y + 1), color.rgb);
        }
        Ok(())
    }

    /// Each part of a path is a polygon of its own and corners are discs, as the one polygon that
    /// a bent path would be may cross itself.
    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Outcome {
        let (color, width) = (style.color(), style.stroke_width());
        let (before, after) = ((width / 2) as i32, width.div_ceil(2) as i32);
        let path: Vec<BackendCoord> = path.into_iter().collect();
        for ends in path.windows(2) {
            let ((x1, y1), (x2, y2)) = (ends[0], ends[1]);
            let (left, right) = (x1.min(x2), x1.max(x2));
            let (top, bottom) = (y1.min(y2), y1.max(y2));
            if y1 == y2 {
                self.fill((left, y1 - before), (right, y1 + after), color.rgb);
            } else if x1 == x2 {
                self.fill((x1 - before, top), (x1 + after, bottom), color.rgb);
            } else {
                self.fill_polygon(polygonize(ends, width), &color)?;
            }
        }
        for &corner in path.iter().skip(1).take(path.len().saturating_sub(2)) {
            self.draw_circle(corner, width / 2, &color, true)?;
        }
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &S,
        (x, y): BackendCoord,
    ) -> Outcome {
        let face = Face { em: style.size(), is_bold: matches!(style.style(), FontStyle::Bold) };
        let width = face.width(text);
        let left = match style.anchor().h_pos {
            HPos::Left => 0.0,
            HPos::Center => width / 2.0,
            HPos::Right => width,
        };
        let left = x - left.round() as i32;
        face.cover(text, |dx, dy, cover| {
            // It never fails.
            let _ = self.draw_pixel((left + dx, y + dy), style.color().mix(cover));
        });
        Ok(())
    }
}
