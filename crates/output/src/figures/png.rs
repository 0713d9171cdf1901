//! SVG to PNG, with the embedded fonts and nothing of the system's.

use std::sync::Arc;

use resvg::tiny_skia::{Color, Pixmap, Transform};
use resvg::usvg::{self, Options, Tree};

use super::FigureError;
use super::fonts::{FAMILY, Face};

/// Dots an inch.
const DPI: f32 = 300.0;

/// Dots of a picture, at most; a page that has more is painted smaller.
const MOST_DOTS: f32 = 1e8;

/// Paints an SVG of this module on white, at 300 dots an inch, and a page too large for that at fewer.
///
/// # Errors
/// The text is no SVG, or the picture cannot be made.
pub fn png(svg: &str) -> Result<Vec<u8>, FigureError> {
    let tree = parse(svg)?;
    let dots = tree.size().width() * tree.size().height();
    let scale = (MOST_DOTS / dots).sqrt().min(1.0);
    let size = tree
        .size()
        .to_int_size()
        .scale_by(scale)
        .ok_or_else(|| FigureError::Png(format!("a page of {dots} dots")))?;
    let mut picture = Pixmap::new(size.width(), size.height())
        .ok_or_else(|| FigureError::Png(format!("{} × {} pixels", size.width(), size.height())))?;
    picture.fill(Color::WHITE);
    resvg::render(
        &tree,
        Transform::from_scale(scale, scale),
        &mut picture.as_mut(),
    );
    picture
        .encode_png()
        .map_err(|error| FigureError::Png(error.to_string()))
}

/// Reads an SVG as it will be painted.
///
/// # Errors
/// The text is no SVG.
pub fn parse(svg: &str) -> Result<Tree, FigureError> {
    let mut fonts = usvg::fontdb::Database::new();
    for face in Face::ALL {
        fonts.load_font_data(face.bytes().to_vec());
    }
    fonts.set_sans_serif_family(FAMILY);
    let options = Options {
        dpi: DPI,
        font_family: FAMILY.to_owned(),
        fontdb: Arc::new(fonts),
        ..Options::default()
    };
    Ok(Tree::from_str(svg, &options)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_has_its_size_at_300_dots_an_inch() {
        let svg = r#"<svg xmlns="http://www.w3.org/2000/svg" width="25.4mm" height="50.8mm" viewBox="0 0 10 20"/>"#;
        let tree = parse(svg).unwrap();
        assert_eq!(
            (tree.size().width().round(), tree.size().height().round()),
            (300.0, 600.0)
        );
        assert!(png(svg).unwrap().starts_with(b"\x89PNG"));
    }

    #[test]
    fn a_page_as_large_as_a_wall_is_painted_smaller() {
        let svg = r#"<svg xmlns="http://www.w3.org/2000/svg" width="4000mm" height="4000mm" viewBox="0 0 10 10"/>"#;
        let picture = png(svg).unwrap();
        assert_eq!(
            u32::from_be_bytes(picture[16..20].try_into().unwrap()),
            10_000
        );
    }

    #[test]
    fn what_is_no_svg_is_an_error() {
        assert!(matches!(png("<svg"), Err(FigureError::Svg(_))));
    }
}
