//! Letters: how wide a text is, where it is broken, and which pixels it covers.

use std::sync::LazyLock;

use ab_glyph::{Font, FontRef, PxScale, ScaleFont, point};

/// The family that an SVG asks for first.
pub(super) const FAMILY: &str = "'Noto Sans','Open Sans',Arial,Helvetica,sans-serif";

/// A reader of an SVG without Noto Sans sees letters that are up to so much wider.
const OTHER_FONT: f64 = 1.08;

static REGULAR: LazyLock<FontRef<'static>> = LazyLock::new(|| {
    FontRef::try_from_slice(notosans::REGULAR_TTF).expect("the bundled font is one")
});
static BOLD: LazyLock<FontRef<'static>> =
    LazyLock::new(|| FontRef::try_from_slice(notosans::BOLD_TTF).expect("the bundled font is one"));

/// A size, in any unit, and a weight.
#[derive(Clone, Copy, Debug)]
pub(super) struct Face {
    pub(super) em: f64,
    pub(super) is_bold: bool,
}

impl Face {
    pub(super) const fn regular(em: f64) -> Self {
        Self { em, is_bold: false }
    }

    pub(super) const fn bold(em: f64) -> Self {
        Self { em, is_bold: true }
    }

    /// How far the text reaches, in the unit of the em.
    pub(super) fn width(self, text: &str) -> f64 {
        let font = self.font();
        let font = font.as_scaled(self.scale(font));
        text.chars().map(|letter| f64::from(font.h_advance(font.glyph_id(letter)))).sum()
    }

    /// How much space the text needs in whichever font it is shown.
    pub(super) fn space(self, text: &str) -> f64 {
        self.width(text) * OTHER_FONT
    }

    /// The text where it fits, otherwise its beginning and an ellipsis.
    pub(super) fn elided(self, text: &str, space: f64) -> String {
        if self.space(text) <= space {
            return text.to_owned();
        }
        let mut kept: Vec<char> = text.chars().collect();
        loop {
            kept.pop();
            let shortened = kept.iter().collect::<String>().trim_end().to_owned() + "…";
            if kept.is_empty() || self.space(&shortened) <= space {
                return shortened;
            }
        }
    }

    /// The text in lines, broken at spaces; a word that is too long is elided.
    pub(super) fn wrapped(self, text: &str, space: f64) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for word in text.split_whitespace() {
            match lines.last_mut() {
                Some(line) if self.space(&format!("{line} {word}")) <= space => {
                    line.push(' ');
                    line.push_str(word);
                }
                _ => lines.push(self.elided(word, space)),
            }
        }
        lines
    }

    /// Hands over each pixel that the text covers, with how much of it. The text begins at the
    /// origin and stands on the x axis.
    pub(super) fn cover(self, text: &str, mut pixel: impl FnMut(i32, i32, f64)) {
        let font = self.font();
        let scale = self.scale(font);
        let mut x = 0.0;
        for letter in text.chars() {
            let glyph = font.glyph_id(letter).with_scale_and_position(scale, point(x, 0.0));
            x += font.as_scaled(scale).h_advance(glyph.id);
            if let Some(outlined) = font.outline_glyph(glyph) {
                let bounds = outlined.px_bounds();
                let (left, top) = (bounds.min.x as i32, bounds.min.y as i32);
                outlined.draw(|x, y, cover| pixel(left + x as i32, top + y as i32, cover.into()));
            }
        }
    }

    fn font(self) -> &'static FontRef<'static> {
        if self.is_bold { &BOLD } else { &REGULAR }
    }

    /// `ab_glyph` measures from the deepest descent to the highest ascent.
    fn scale(self, font: &FontRef<'static>) -> PxScale {
        let units = font.units_per_em().unwrap_or(1_000.0);
        PxScale::from(self.em as f32 * font.height_unscaled() / units)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_that_fits_is_kept_and_other_text_ends_in_an_ellipsis() {
        let face = Face::regular(12.0);
        assert_eq!(face.elided("short", 100.0), "short");
        let elided = face.elided("a name that nobody has space for", 100.0);
        assert!(elided.ends_with('…') && face.space(&elided) <= 100.0, "{elided}");
        assert_eq!(face.elided("wide", 0.0), "…");
    }

    #[test]
    fn lines_break_at_spaces() {
        let face = Face::bold(12.0);
        let lines = face.wrapped("one two three four five six seven", 80.0);
        assert!(lines.len() > 1 && lines.iter().all(|line| face.space(line) <= 80.0), "{lines:?}");
        assert_eq!(lines.join(" "), "one two three four five six seven");
    }
}
