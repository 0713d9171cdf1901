//! A text → tokens.

use std::ops::Range;

/// Why a text is not an expression, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseFailure {
    /// The range of bytes at fault.
    pub span: Range<usize>,
    /// What is wrong with it.
    pub message: String,
}

impl ParseFailure {
    pub(super) fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Number(f64),
    /// A name, a word such as `and`, or a name with placeholders.
    Name(String),
    Symbol(&'static str),
    End,
}

/// Longer symbols stand before those they begin with.
const SYMBOLS: [&str; 21] = [
    "+=", "-=", "==", "!=", "<=", ">=", "<", ">", "=", "+", "-", "*", "/", "%", "^", "(", ")", "[",
    "]", ",", "&&",
];

pub(super) fn tokens(text: &str) -> Result<Vec<(Token, Range<usize>)>, ParseFailure> {
    let bytes = text.as_bytes();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let start = at;
        let byte = bytes[at];
        if byte.is_ascii_whitespace() {
            at += 1;
        } else if byte.is_ascii_digit()
            || (byte == b'.' && bytes.get(at + 1).is_some_and(u8::is_ascii_digit))
        {
            at = end_of_number(bytes, at);
            let digits = text[start..at].replace('_', "");
            if rounds(&digits) {
                let message = "a whole number this large is not exact here; those up to 2^53 are";
                return Err(ParseFailure::new(start..at, message));
            }
            match digits.parse::<f64>() {
                Ok(number) if number.is_finite() => {
                    tokens.push((Token::Number(number), start..at));
                }
                _ => {
                    return Err(ParseFailure::new(
                        start..at,
                        format!("`{}` is not a finite number", &text[start..at]),
                    ));
                }
            }
        } else if byte.is_ascii_alphabetic() || byte == b'_' || byte == b'{' {
            at = end_of_name(text, at)?;
            tokens.push((Token::Name(text[start..at].to_owned()), start..at));
        } else if let Some(symbol) = SYMBOLS.iter().find(|s| text[at..].starts_with(**s)) {
            at += symbol.len();
            if *symbol == "&&" {
                return Err(ParseFailure::new(start..at, "`&&` is written `and`"));
            }
            tokens.push((Token::Symbol(symbol), start..at));
        } else {
            let letter = text[at..].chars().next().unwrap_or('?');
            let range = at..at + letter.len_utf8();
            return Err(match letter {
                '|' => ParseFailure::new(range, "`||` is written `or`"),
                '!' => ParseFailure::new(range, "`!` is written `not`"),
                '−' => ParseFailure::new(range, "a minus sign is written `-`"),
                _ => ParseFailure::new(range, format!("`{letter}` has no meaning here")),
            });
        }
    }
    tokens.push((Token::End, text.len()..text.len()));
    Ok(tokens)
}

/// Whether a number written as a whole one is no double.
fn rounds(digits: &str) -> bool {
    const MOST: u64 = 1 << 53;
    let whole = digits.bytes().all(|byte| byte.is_ascii_digit());
    whole && digits.parse::<u64>().map_or(true, |number| number > MOST)
}

fn end_of_number(bytes: &[u8], mut at: usize) -> usize {
    let digit = |at: usize| {
        bytes
            .get(at)
            .is_some_and(|b| b.is_ascii_digit() || *b == b'_')
    };
    while digit(at) {
        at += 1;
    }
    if bytes.get(at) == Some(&b'.') {
        at += 1;
        while digit(at) {
            at += 1;
        }
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        if bytes.get(at + 1 + sign).is_some_and(u8::is_ascii_digit) {
            at += 1 + sign;
            while digit(at) {
                at += 1;
            }
        }
    }
    at
}

fn end_of_name(text: &str, mut at: usize) -> Result<usize, ParseFailure> {
    let bytes = text.as_bytes();
    while let Some(&byte) = bytes.get(at) {
        if byte.is_ascii_alphanumeric() || byte == b'_' {
            at += 1;
        } else if byte == b'{' {
            match text[at..].find('}') {
                Some(length) => at += length + 1,
                None => return Err(ParseFailure::new(at..text.len(), "`{` without `}`")),
            }
        } else {
            break;
        }
    }
    Ok(at)
}
