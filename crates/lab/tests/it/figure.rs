//! Figures from outside: what is in them, and that no data breaks them.

use inrush_lab::{Axis, Estimate, Figure, FigureError, Point, Role, Series};
use quick_xml::escape::resolve_xml_entity;
use quick_xml::events::Event;

const SWEPT: [f64; 6] = [1.0, 2.0, 4.0, 8.0, 100.0, 10_000.0];

fn estimate(value: f64, spread: f64) -> Estimate {
    Estimate { value, low: value * (1.0 - spread), high: value * (1.0 + spread), n: 7 }
}

fn series(name: &str, role: Role, values: &[(f64, f64)], spread: f64) -> Series {
    let mut series = Series::new(name, role);
    series.points.extend(values.iter().map(|&(x, y)| Point::new(x, estimate(y, spread))));
    series
}

/// Lines over a swept parameter.
fn lines(n: usize, spread: f64) -> Figure {
    let axes = (Axis::log("threads"), Axis::log("throughput, operations/s"));
    let mut figure = Figure::new("What does a lock cost?", axes.0, axes.1);
    figure.subtitle = Some("100 ns inside the lock".to_owned());
    for i in 0..n {
        let role = [Role::Ours, Role::Peer, Role::Peer, Role::Control][i % 4];
        let values = SWEPT.map(|x| (x, 1e7 / (x + i as f64)));
        figure.series.push(series(&format!("subject number {i}"), role, &values, spread));
    }
    figure
}

/// Every text of a document, in its order. Panics where the document is not well-formed.
fn texts(svg: &str) -> Vec<String> {
    let mut reader = quick_xml::Reader::from_str(svg);
    let mut texts = vec![String::new()];
    let mut depth = 0;
    loop {
        match reader.read_event().expect("well-formed") {
            Event::Start(_) => depth += 1,
            Event::End(_) => {
                depth -= 1;
                texts.push(String::new());
            }
            Event::Text(text) => {
                *texts.last_mut().expect("one") += &text.decode().expect("UTF-8");
            }
            Event::GeneralRef(name) => {
                let name = name.decode().expect("UTF-8");
                *texts.last_mut().expect("one") += resolve_xml_entity(&name).expect("predefined");
            }
            Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0, "every element ends");
    texts.iter().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).collect()
}

fn assert_shows(svg: &str, expected: &str) {
    let texts = texts(svg);
    assert!(texts.iter().any(|text| text == expected), "{expected:?} is not in {texts:?}");
}

#[test]
fn same_data_give_the_same_bytes() {
    assert_eq!(lines(5, 0.1).svg().expect("svg"), lines(5, 0.1).svg().expect("svg"));
    assert_eq!(lines(2, 0.1).png().expect("png"), lines(2, 0.1).png().expect("png"));
}

#[test]
fn png_is_one_of_twice_the_size() {
    let file = lines(3, 0.1).png().expect("png");
    assert!(file.starts_with(b"\x89PNG\r\n\x1a\n"));
    assert!(file.len() < 80_000, "{}", file.len());
    let decoder = png::Decoder::new(std::io::Cursor::new(file));
    let mut reader = decoder.read_info().expect("readable");
    assert_eq!((reader.info().width, reader.info().height), (1920, 1120));
    let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
    reader.next_frame(&mut pixels).expect("every pixel is there");
    // The commonest color comes first in the palette, and is the ground.
    assert_eq!(reader.info().palette.as_deref().map(|palette| &palette[..3]), Some(&[0xff; 3][..]));
    let n_drawn = pixels.iter().filter(|&&pixel| pixel != 0).count();
    assert!(n_drawn > pixels.len() / 100 && n_drawn < pixels.len() / 4, "{n_drawn}");
}

#[test]
fn every_name_and_label_is_in_the_svg() {
    let svg = lines(25, 0.1).svg().expect("svg");
    for text in ["What does a lock cost?", "100 ns inside the lock", "threads"] {
        assert_shows(&svg, text);
    }
    assert_shows(&svg, "throughput, operations/s");
    assert_shows(&svg, "10,000");
    for i in 0..25 {
        assert_shows(&svg, &format!("subject number {i}"));
    }
    assert!(svg.len() < 60_000, "{}", svg.len());
}

#[test]
fn names_of_any_letters_leave_the_svg_well_formed() {
    for name in ["a<b>&\"c\"", "]]>", "\u{0}\u{1b}[1m\u{ffff}", "it's", "语言 — µ"] {
        let mut figure = lines(1, 0.1);
        figure.series[0].name = name.to_owned();
        figure.title = format!("of {name}");
        figure.x.label = name.to_owned();
        let svg = figure.svg().expect("svg");
        let expected: String = name
            .chars()
            .map(|c| if c.is_control() || c == '\u{ffff}' { '\u{fffd}' } else { c })
            .collect();
        assert_shows(&svg, &expected);
        assert_shows(&svg, &format!("of {expected}"));
    }
}

#[test]
fn legend_is_in_the_order_in_which_lines_end() {
    let axes = (Axis::linear("time, s"), Axis::linear("memory, bytes"));
    let mut figure = Figure::new("Memory", axes.0, axes.1);
    for (name, end) in [("low", 1e6), ("high", 9e6), ("middle", 4e6)] {
        figure.series.push(series(name, Role::Peer, &[(0.0, 5e6), (1.0, end)], 0.0));
    }
    figure.series.push(Series::new("none", Role::Ours));
    let texts = texts(&figure.svg().expect("svg"));
    let names = &texts[texts.len() - 4..];
    assert_eq!(names, ["high", "middle", "low", "none (no points)"]);
}

#[test]
fn interval_is_drawn_as_a_whisker() {
    let with = lines(1, 0.1).svg().expect("svg");
    let without = lines(1, 0.0).svg().expect("svg");
    let n_whiskers = |svg: &str| svg.matches("stroke-width=\"1.1\"").count();
    assert_eq!((n_whiskers(&with), n_whiskers(&without)), (1, 0));
}

#[test]
fn what_has_no_place_is_left_out_and_counted() {
    let odd = [0.0, -1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, 1e308, 5e-324];
    for axis in [Axis::log("a, ns"), Axis::linear("a"), Axis::nines("a")] {
        let mut figure = lines(1, 0.1);
        figure.y = axis.clone();
        figure.series[0].points[2].estimate.value = 50.0;
        for (i, value) in odd.into_iter().enumerate() {
            figure.series[0].points.push(Point::new(i as f64 + 1.0, estimate(value, 0.1)));
            figure.series[0].points.push(Point::new(value, estimate(1.0, 0.0)));
            let whole = Estimate { value: 1.0, low: value, high: value, n: 7 };
            figure.series[0].points.push(Point::new(8.0, whole));
        }
        let svg = figure.svg().expect("there are points left");
        assert!(svg.contains("left out") && !svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }
    let mut figure = lines(1, 0.1);
    figure.series[0].points[1].estimate.value = 0.0;
    assert!(figure.svg().expect("svg").contains("1 point is left out"));
}

#[test]
fn figure_of_nothing_says_so() {
    let mut figure = lines(1, 0.1);
    figure.series[0].points.iter_mut().for_each(|point| point.estimate.value = 0.0);
    for figure in [lines(0, 0.0), figure] {
        let error = figure.svg().expect_err("nothing can be drawn");
        assert!(matches!(error, FigureError::Empty(_)));
        assert_eq!(
            error.to_string(),
            "figure `What does a lock cost?` is empty: \
             no series has a point with a place on both axes"
        );
        assert!(matches!(figure.png(), Err(FigureError::Empty(_))));
    }
}

#[test]
fn categories_are_rows_that_name_their_series_once() {
    let names = ["spin", "a subject whose name has forty letters 4"];
    let fairness = || Axis::linear("fairness").covering(0.0, 1.0);
    let mut figure = Figure::new("Fair?", Axis::of_categories("lock", &names), fairness());
    for (i, name) in names.iter().enumerate() {
        figure.series.push(series(name, Role::Peer, &[(i as f64, 0.3)], 0.1));
    }
    let svg = figure.svg().expect("svg");
    for name in names {
        assert_eq!(texts(&svg).iter().filter(|text| *text == name).count(), 1, "{name}");
    }
    assert_shows(&svg, "1.0");
    figure.series.push(series("other", Role::Ours, &[(0.0, 0.5), (1.0, 0.6), (2.0, 0.7)], 0.1));
    let svg = figure.svg().expect("svg");
    assert_shows(&svg, "other");
    assert!(svg.contains("1 point is left out"), "there is no third category");
}

#[test]
fn many_rows_make_a_figure_higher() {
    let names: Vec<String> = (0..40).map(|i| format!("cell {i}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let axis = Axis::of_categories("cell", &names);
    let mut figure = Figure::new("Cells", axis, Axis::log("time, ns"));
    for subject in ["a", "b", "c"] {
        let values: Vec<(f64, f64)> = (0..40).map(|i| (f64::from(i), 100.0)).collect();
        figure.series.push(series(subject, Role::Peer, &values, 0.2));
    }
    let svg = figure.svg().expect("svg");
    let height = svg.split("height=\"").nth(1).and_then(|rest| rest.split('"').next());
    let height: f64 = height.expect("a height").parse().expect("a number");
    assert!(height > 40.0 * 3.0 * 11.0, "{height}");
}
