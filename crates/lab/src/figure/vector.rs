//! The back end that writes SVG.
//!
//! Shapes of one style that follow each other become one path, so that dashes, whiskers and markers
//! cost a few bytes each instead of an element. Coordinates are tenths of a logical pixel.

use std::convert::Infallible;
use std::fmt::Write;

use plotters_backend::text_anchor::HPos;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    FontStyle,
};

use crate::figure::lettering::FAMILY;
use crate::figure::spot::Spot;

type Outcome = Result<(), DrawingErrorKind<Infallible>>;

/// An SVG document under construction.
pub(super) struct Vector<'a> {
    text: &'a mut String,
    size: Spot,
    path: Option<Path>,
}

/// The path that shapes are added to.
struct Path {
    style: Style,
    data: String,
    /// Where the pen is, in units of the back end.
    pen: BackendCoord,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Style {
    ink: (u8, u8, u8),
    /// The width of a line, or nothing for a filled shape.
    stroke: Option<u32>,
}

impl<'a> Vector<'a> {
    /// How many units of the back end a logical pixel has on either side.
    pub(super) const UNIT: f64 = 10.0;

    /// Begins a document of this size in logical pixels.
    pub(super) fn new(text: &'a mut String, size: Spot, title: &str) -> Self {
        let (width, height) = size;
        let mut vector = Self { text, size, path: None };
        vector.write(format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\" font-family=\"{FAMILY}\">\n\
             <title>{}</title>\n\
             <rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n",
            escaped(title)
        ));
        vector
    }

    fn write(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to a string never fails.
        let _ = self.text.write_fmt(text);
    }

    /// The path of this style.
    fn path(&mut self, ink: BackendColor, stroke: Option<u32>) -> &mut Path {
        let style = Style { ink: ink.rgb, stroke };
        if self.path.as_ref().is_none_or(|path| path.style != style) {
            self.end_path();
        }
        self.path.get_or_insert_with(|| Path { style, data: String::new(), pen: (0, 0) })
    }

    fn end_path(&mut self) {
        let Some(Path { style, data, .. }) = self.path.take() else { return };
        let ink = hex(style.ink);
        match style.stroke {
            Some(width) => self.write(format_args!(
                "<path d=\"{data}\" fill=\"none\" stroke=\"{ink}\" stroke-width=\"{}\" \
                 stroke-linejoin=\"round\"/>\n",
                tenths(width as i32)
            )),
            None => self.write(format_args!("<path d=\"{data}\" fill=\"{ink}\"/>\n")),
        }
    }
}

impl DrawingBackend for Vector<'_> {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        ((self.size.0 * Self::UNIT) as u32, (self.size.1 * Self::UNIT) as u32)
    }

    fn ensure_prepared(&mut self) -> Outcome {
        Ok(())
    }

    fn present(&mut self) -> Outcome {
        self.end_path();
        self.write(format_args!("</svg>\n"));
        Ok(())
    }

    fn draw_pixel(&mut self, (x, y): BackendCoord, color: BackendColor) -> Outcome {
        let square = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)];
        self.fill_polygon(square, &color)
    }

    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Outcome {
        self.draw_path([from, to], style)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        (left, top): BackendCoord,
        (right, bottom): BackendCoord,
        style: &S,
        fill: bool,
    ) -> Outcome {
        let corners = [(left, top), (right, top), (right, bottom), (left, bottom)];
        if fill {
            self.fill_polygon(corners, style)
        } else {
            self.draw_path(corners.into_iter().chain([corners[0]]), style)
        }
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Outcome {
        self.path(style.color(), Some(style.stroke_width())).line(path);
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        (x, y): BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Outcome {
        let stroke = if fill { None } else { Some(style.stroke_width()) };
        self.path(style.color(), stroke).circle((x, y), radius as i32);
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Outcome {
        self.path(style.color(), None).polygon(corners);
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &S,
        (x, y): BackendCoord,
    ) -> Outcome {
        self.end_path();
        let anchor = match style.anchor().h_pos {
            HPos::Left => "",
            HPos::Center => " text-anchor=\"middle\"",
            HPos::Right => " text-anchor=\"end\"",
        };
        let weight = match style.style() {
            FontStyle::Bold => " font-weight=\"bold\"",
            _ => "",
        };
        self.write(format_args!(
            "<text x=\"{}\" y=\"{}\" font-size=\"{}\" fill=\"{}\"{anchor}{weight}>{}</text>\n",
            tenths(x),
            tenths(y),
            tenths(style.size().round() as i32),
            hex(style.color().rgb),
            escaped(text)
        ));
        Ok(())
    }
}

/// Every coordinate counts from the one before, as that takes fewer digits.
impl Path {
    fn line(&mut self, line: impl IntoIterator<Item = BackendCoord>) {
        let mut line = line.into_iter();
        let Some(first) = line.next() else { return };
        self.go('m', first);
        for spot in line {
            self.go('l', spot);
        }
    }

    fn polygon(&mut self, corners: impl IntoIterator<Item = BackendCoord>) {
        let mut corners = corners.into_iter().peekable();
        let Some(&first) = corners.peek() else { return };
        self.line(corners);
        self.data.push('z');
        self.pen = first;
    }

    /// Two half circles.
    fn circle(&mut self, (x, y): BackendCoord, radius: i32) {
        self.go('m', (x - radius, y));
        let (r, across, back) = (tenths(radius), tenths(2 * radius), tenths(-2 * radius));
        self.data += &format!("a{r} {r} 0 1 1 {across} 0a{r} {r} 0 1 1 {back} 0z");
    }

    fn go(&mut self, command: char, (x, y): BackendCoord) {
        let (dx, dy) = (tenths(x - self.pen.0), tenths(y - self.pen.1));
        self.pen = (x, y);
        self.data += &match (command, dx.as_str(), dy.as_str()) {
            ('l', "0", "0") => return,
            ('l', _, "0") => format!("h{dx}"),
            ('l', "0", _) => format!("v{dy}"),
            // A sign parts two numbers as well as a space does.
            _ if dy.starts_with('-') => format!("{command}{dx}{dy}"),
            _ => format!("{command}{dx} {dy}"),
        };
    }
}

/// The number without a zero before its point.
fn tenths(value: i32) -> String {
    let text = (f64::from(value) / Vector::UNIT).to_string();
    match text.strip_prefix("-0.") {
        Some(decimals) => format!("-.{decimals}"),
        None if text == "0" => text,
        None => text.strip_prefix('0').map_or(text.clone(), str::to_owned),
    }
}

fn hex((red, green, blue): (u8, u8, u8)) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}

/// The text as the content of an element; what XML has no way to write becomes U+FFFD.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            letter if letter.is_control() && !letter.is_ascii_whitespace() => {
                escaped.push('\u{fffd}');
            }
            '\u{c}' => escaped.push('\u{fffd}'),
            letter => escaped.push(letter),
        }
    }
    escaped
}
