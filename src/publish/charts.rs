//! Charts as inline SVG, drawn by plotters: bars in panels, lines in panels, a reliability curve.
//!
//! Every chart bears a title and a description for those who do not see it, and stands beside a table with
//! the same figures. Nothing is told by colour alone: what differs in colour stands in a panel of its own.

use std::ops::Range;

use askama::Template;
use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::drawing::DrawingAreaErrorKind;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::PublishError;
use crate::domain::Pillar;

const INK: RGBColor = RGBColor(0x1d, 0x23, 0x29);
const FAINT: RGBColor = RGBColor(0x51, 0x5b, 0x66);
const LINE: RGBColor = RGBColor(0xc3, 0xc9, 0xd0);
/// Colour of what belongs to no pillar.
pub(crate) const PLAIN: RGBColor = RGBColor(0x3f, 0x5b, 0x7a);

/// Width of a chart in its own units: those of the text on the screen.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum Width {
    /// The whole page.
    Page = 960,
    /// One of two side by side.
    Half = 470,
}

/// Plotters writes a font 1.24 times smaller than it is asked for.
const TEXT: f64 = 13.0 * 1.24;
const HEADING: f64 = 14.0 * 1.24;
/// Width of a letter on the average.
const LETTER: f64 = 8.0;
const ROW: i32 = 22;
const BAR: i32 = 13;

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Drawn = Result<(), DrawingAreaErrorKind<std::io::Error>>;
type Plane = Cartesian2d<RangedCoordf64, RangedCoordf64>;

/// The colour of a pillar.
pub(crate) fn pillar_colour(pillar: Pillar) -> RGBColor {
    match pillar {
        Pillar::Dung => RGBColor(0x2f, 0x6f, 0x9f),
        Pillar::Du => RGBColor(0xa8, 0x6a, 0x12),
        Pillar::Sach => RGBColor(0x3f, 0x70, 0x50),
        Pillar::Song => RGBColor(0xa1, 0x3d, 0x3d),
    }
}

/// A chart ready to be put into a page.
#[derive(Template)]
#[template(path = "report/chart.html")]
pub(crate) struct Chart {
    /// Tells the chart from others of the page.
    id: String,
    /// What it shows.
    title: String,
    /// What it says, in a sentence.
    description: String,
    width: u32,
    height: u32,
    /// The elements within the outermost one.
    drawing: String,
}

impl askama::filters::HtmlSafe for Chart {}

impl Chart {
    /// What tells it from others of the page.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// What it shows.
    pub(crate) fn title(&self) -> &str {
        &self.title
    }

    /// The chart as a file of its own.
    pub(crate) fn svg(&self) -> Result<String, PublishError> {
        let drawn = self.render().map_err(|error| PublishError::Page(error.to_string()))?;
        Ok(drawn.replacen("<svg ", "<svg xmlns=\"http://www.w3.org/2000/svg\" ", 1))
    }
}

/// What a chart is called, and what it says.
pub(crate) struct Caption {
    /// Tells the chart from others of the page.
    pub(crate) id: String,
    /// What it shows.
    pub(crate) title: String,
    /// What it says, in a sentence.
    pub(crate) description: String,
}

/// A row of bars: what it is, and for each panel the length of the bar and the figure beside it.
pub(crate) struct Bars {
    pub(crate) label: String,
    pub(crate) values: Vec<(f64, String)>,
}

/// What the longest bar stands for.
#[derive(Copy, Clone, Debug)]
pub(crate) enum Scale {
    /// The greatest value of all panels.
    Shared,
    /// The greatest value of each panel.
    Own,
    /// This value.
    Full(f64),
}

/// Horizontal bars side by side in panels.
pub(crate) fn bars(
    caption: Caption,
    width: Width,
    panels: &[(&str, RGBColor)],
    rows: &[Bars],
    scale: Scale,
) -> Result<Chart, PublishError> {
    const HEAD: i32 = 26;
    const GAP: i32 = 16;
    let greatest = |panel: usize| rows.iter().map(|row| row.values[panel].0).fold(0.0, f64::max);
    let full: Vec<f64> = match scale {
        Scale::Own => (0..panels.len()).map(greatest).collect(),
        Scale::Shared => vec![(0..panels.len()).map(greatest).fold(0.0, f64::max); panels.len()],
        Scale::Full(value) => vec![value; panels.len()],
    };
    let figures =
        rows.iter().flat_map(|row| row.values.iter().map(|(_, text)| text_width(text))).max().unwrap_or(0);
    let width = width as i32;
    let names = rows.iter().map(|row| text_width(&row.label)).max().unwrap_or(0).min(width * 2 / 5) + 8;
    let panel = (width - names) / panels.len().max(1) as i32;
    let room = f64::from(panel - GAP - figures - 6);
    let height = HEAD + ROW * rows.len() as i32 + 4;
    draw(caption, (width as u32, height as u32), |area| {
        for (at, (title, _)) in panels.iter().enumerate() {
            write(area, title, (names + panel * at as i32, 4), HEADING, INK, HPos::Left, VPos::Top)?;
        }
        for (at, row) in rows.iter().enumerate() {
            let middle = HEAD + ROW * at as i32 + ROW / 2;
            let label = shortened(&row.label, names - 8);
            write(area, &label, (names - 8, middle), TEXT, INK, HPos::Right, VPos::Center)?;
            for (at, ((value, figure), (_, colour))) in row.values.iter().zip(panels).enumerate() {
                let left = names + panel * at as i32;
                let length = (room * value / full[at].max(f64::MIN_POSITIVE)).round() as i32;
                area.draw(&Rectangle::new(
                    [(left, middle - BAR / 2), (left + length, middle + BAR / 2 + 1)],
                    colour.filled(),
                ))?;
                write(area, figure, (left + length + 5, middle), TEXT, INK, HPos::Left, VPos::Center)?;
            }
        }
        for at in 0..panels.len() {
            let left = names + panel * at as i32;
            area.draw(&PathElement::new(vec![(left, HEAD), (left, height - 2)], LINE))?;
        }
        Ok(())
    })
}

/// A line over time: what it is, its colour, and the points (time, value).
pub(crate) struct Line<'a> {
    pub(crate) title: &'a str,
    pub(crate) colour: RGBColor,
    pub(crate) points: Vec<(f64, f64)>,
    /// The figures at the first and the last point.
    pub(crate) ends: [String; 2],
}

/// Lines over one span of time, each in its panel, each from nought; `span` is written under the ends.
pub(crate) fn lines(caption: Caption, lines: &[Line<'_>], span: [&str; 2]) -> Result<Chart, PublishError> {
    const HEIGHT: i32 = 150;
    const GAP: i32 = 24;
    let panel = (Width::Page as i32 + GAP) / lines.len().max(1) as i32;
    draw(caption, (Width::Page as u32, HEIGHT as u32), |area| {
        for (at, line) in lines.iter().enumerate() {
            let left = panel * at as i32;
            let right = left + panel - GAP;
            write(area, line.title, (left, 4), HEADING, INK, HPos::Left, VPos::Top)?;
            let bounds = |values: &mut dyn Iterator<Item = f64>| {
                values.fold(f64::INFINITY..f64::NEG_INFINITY, |r: Range<f64>, v| r.start.min(v)..r.end.max(v))
            };
            let time = bounds(&mut line.points.iter().map(|p| p.0));
            let most = bounds(&mut line.points.iter().map(|p| p.1)).end.max(1.0);
            let (top, bottom) = (48, HEIGHT - 26);
            let plot = area.apply_coord_spec(Plane::new(time, 0.0..most, (left + 4..right - 4, bottom..top)));
            area.draw(&PathElement::new(vec![(left, bottom), (right, bottom)], LINE))?;
            plot.draw(&PathElement::new(line.points.clone(), line.colour.stroke_width(2)))?;
            for point in &line.points {
                plot.draw(&Circle::new(*point, 3, line.colour.filled()))?;
            }
            let [first, last] = &line.ends;
            write(area, first, (left, 26), TEXT, FAINT, HPos::Left, VPos::Top)?;
            write(area, last, (right, 26), TEXT, INK, HPos::Right, VPos::Top)?;
            write(area, span[0], (left, bottom + 6), TEXT, FAINT, HPos::Left, VPos::Top)?;
            write(area, span[1], (right, bottom + 6), TEXT, FAINT, HPos::Right, VPos::Top)?;
        }
        Ok(())
    })
}

/// One point of a reliability curve: what was said, what was true, and its interval.
pub(crate) struct Reliability {
    pub(crate) said: f64,
    pub(crate) was: f64,
    pub(crate) interval: [f64; 2],
}

/// Probabilities said against the shares that were true, with intervals, beside the diagonal of those who
/// are always right. `axes` are the names of the two.
pub(crate) fn reliability(
    caption: Caption,
    points: &[Reliability],
    axes: [&str; 2],
) -> Result<Chart, PublishError> {
    const SIDE: i32 = 420;
    let (left, top, right, bottom) = (52, 30, SIDE - 24, SIDE - 46);
    draw(caption, (SIDE as u32, SIDE as u32), |area| {
        let plot = area.apply_coord_spec(Plane::new(0.0..1.0, 0.0..1.0, (left..right, bottom..top)));
        for step in 0..=5 {
            let share = f64::from(step) / 5.0;
            let percent = format!("{} %", step * 20);
            let (x, y) = plot.map_coordinate(&(share, share));
            plot.draw(&PathElement::new(vec![(share, 0.0), (share, 1.0)], LINE))?;
            plot.draw(&PathElement::new(vec![(0.0, share), (1.0, share)], LINE))?;
            write(area, &percent, (x, bottom + 6), TEXT, FAINT, HPos::Center, VPos::Top)?;
            write(area, &percent, (left - 6, y), TEXT, FAINT, HPos::Right, VPos::Center)?;
        }
        plot.draw(&PathElement::new(vec![(0.0, 0.0), (1.0, 1.0)], FAINT))?;
        for point in points {
            let [low, high] = point.interval;
            plot.draw(&PathElement::new(vec![(point.said, low), (point.said, high)], PLAIN.stroke_width(1)))?;
        }
        let curve: Vec<(f64, f64)> = points.iter().map(|point| (point.said, point.was)).collect();
        plot.draw(&PathElement::new(curve.clone(), PLAIN.stroke_width(2)))?;
        for point in curve {
            plot.draw(&Circle::new(point, 4, PLAIN.filled()))?;
        }
        write(area, axes[0], ((left + right) / 2, bottom + 26), TEXT, INK, HPos::Center, VPos::Top)?;
        write(area, axes[1], (left, 6), TEXT, INK, HPos::Left, VPos::Top)
    })
}

/// A row of a pyramid: the ages, and how many males and females.
pub(crate) struct Step {
    pub(crate) label: String,
    pub(crate) values: [(f64, String); 2],
}

/// A population pyramid, the oldest on top: males to the left in full bars, females to the right in hatched ones.
pub(crate) fn pyramid(caption: Caption, sides: [&str; 2], rows: &[Step]) -> Result<Chart, PublishError> {
    const HEAD: i32 = 26;
    const HATCH: i32 = 5;
    let width = Width::Page as i32;
    let most = rows.iter().flat_map(|row| &row.values).map(|(value, _)| *value).fold(0.0, f64::max);
    let figures =
        rows.iter().flat_map(|row| &row.values).map(|(_, text)| text_width(text)).max().unwrap_or(0);
    let names = rows.iter().map(|row| text_width(&row.label)).max().unwrap_or(0) + 16;
    let room = f64::from((width - names) / 2 - figures - 10);
    let height = HEAD + ROW * rows.len() as i32 + 4;
    let (left, right) = ((width - names) / 2, (width + names) / 2);
    draw(caption, (width as u32, height as u32), |area| {
        write(area, sides[0], (left, 4), HEADING, INK, HPos::Right, VPos::Top)?;
        write(area, sides[1], (right, 4), HEADING, INK, HPos::Left, VPos::Top)?;
        for (at, row) in rows.iter().rev().enumerate() {
            let middle = HEAD + ROW * at as i32 + ROW / 2;
            let (top, bottom) = (middle - BAR / 2, middle + BAR / 2 + 1);
            write(area, &row.label, (width / 2, middle), TEXT, INK, HPos::Center, VPos::Center)?;
            let length = |value: f64| (room * value / most.max(f64::MIN_POSITIVE)).round() as i32;
            let [(males, male), (females, female)] = &row.values;
            let (males, females) = (length(*males), length(*females));
            area.draw(&Rectangle::new([(left - males, top), (left, bottom)], PLAIN.filled()))?;
            write(area, male, (left - males - 5, middle), TEXT, INK, HPos::Right, VPos::Center)?;
            area.draw(&Rectangle::new([(right, top), (right + females, bottom)], PLAIN.stroke_width(1)))?;
            // One line up and down through the bar.
            let turns =
                (0..=females / HATCH).map(|n| (right + n * HATCH, if n % 2 == 0 { bottom } else { top }));
            area.draw(&PathElement::new(turns.collect::<Vec<_>>(), PLAIN.stroke_width(1)))?;
            write(area, female, (right + females + 5, middle), TEXT, INK, HPos::Left, VPos::Center)?;
        }
        Ok(())
    })
}

fn draw(
    caption: Caption,
    (width, height): (u32, u32),
    work: impl FnOnce(&Area<'_>) -> Drawn,
) -> Result<Chart, PublishError> {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (width, height)).into_drawing_area();
        work(&area).and_then(|()| area.present()).map_err(|error| PublishError::Page(error.to_string()))?;
    }
    // The outermost element is written by the page, with what plotters does not know of.
    let body = svg.find('>').map_or("", |end| &svg[end + 1..]);
    let drawing = body.trim_end().trim_end_matches("</svg>").trim().replace('\n', "");
    let Caption { id, title, description } = caption;
    Ok(Chart { id, title, description, width, height, drawing })
}

fn write(
    area: &Area<'_>,
    text: &str,
    at: (i32, i32),
    size: f64,
    colour: RGBColor,
    horizontal: HPos,
    vertical: VPos,
) -> Drawn {
    let style =
        TextStyle::from(("sans-serif", size).into_font()).color(&colour).pos(Pos::new(horizontal, vertical));
    area.draw(&Text::new(text, at, style))
}

/// Width of a text, roughly: the page is drawn with a font that is not known here.
fn text_width(text: &str) -> i32 {
    (text.chars().count() as f64 * LETTER).ceil() as i32
}

/// A text cut to fit a width.
fn shortened(text: &str, most: i32) -> String {
    if text_width(text) <= most {
        return text.to_string();
    }
    let kept = (f64::from(most) / LETTER) as usize;
    let mut short: String = text.chars().take(kept.saturating_sub(1)).collect();
    short.push('…');
    short
}
