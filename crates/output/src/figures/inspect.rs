//! Figures read back as they would be painted: for tests.

use resvg::usvg::{Group, Node, Rect, TextChunk, Transform};

use super::png;

/// Texts of a figure with the boxes around their glyphs.
pub fn texts(svg: &str) -> Vec<(String, Rect)> {
    let mut found = Vec::new();
    collect(png::parse(svg).unwrap().root(), &mut found);
    found
}

fn collect(group: &Group, found: &mut Vec<(String, Rect)>) {
    for node in group.children() {
        match node {
            Node::Group(group) => collect(group, found),
            Node::Text(text) => {
                let words: String = text.chunks().iter().map(TextChunk::text).collect();
                let turn = text.abs_transform();
                let dots = text.flattened().bounding_box().transform(turn).unwrap();
                // From dots back to units of the page, whichever way the text runs.
                let scale = 1.0 / turn.sx.hypot(turn.ky);
                let place = dots.transform(Transform::from_scale(scale, scale)).unwrap();
                found.push((words, place));
            }
            Node::Path(_) | Node::Image(_) => {}
        }
    }
}

/// Width and height of a figure in its own units, which are those of the texts' boxes: 100 a millimetre.
pub fn view_box(svg: &str) -> [f32; 2] {
    let numbers = svg
        .split("viewBox=\"0 0 ")
        .nth(1)
        .and_then(|rest| rest.split('"').next())
        .unwrap();
    let (width, height) = numbers.split_once(' ').unwrap();
    [width, height].map(|number| number.parse().unwrap())
}

/// All that a figure says.
pub fn all_text(svg: &str) -> String {
    let words: Vec<String> = texts(svg).into_iter().map(|(words, _)| words).collect();
    words.join(" ")
}

/// Whether two boxes have no point in common.
pub fn apart(one: &Rect, other: &Rect) -> bool {
    one.right() <= other.left()
        || other.right() <= one.left()
        || one.bottom() <= other.top()
        || other.bottom() <= one.top()
}

/// Every text is on the page, and none lies over another.
pub fn check_page(name: &str, svg: &str) {
    let found = texts(svg);
    let [width, height] = view_box(svg);
    for (index, (words, place)) in found.iter().enumerate() {
        let inside = place.left() >= 0.0
            && place.top() >= 0.0
            && place.right() <= width
            && place.bottom() <= height;
        assert!(inside, "{name}: `{words}` leaves the page: {place:?}");
        for (others, other) in &found[..index] {
            assert!(
                apart(place, other),
                "{name}: `{words}` lies over `{others}`"
            );
        }
    }
}

/// No text is smaller than so many points.
pub fn check_points(name: &str, svg: &str, least: f64) {
    let sizes = svg.split("font-size=\"").skip(1);
    for size in sizes.filter_map(|rest| rest.split('"').next()) {
        let points = size.parse::<f64>().unwrap() / 100.0 / 25.4 * 72.0;
        // Sizes are rounded to hundredths of a millimetre.
        assert!(points >= least - 0.015, "{name}: {points}");
    }
}
