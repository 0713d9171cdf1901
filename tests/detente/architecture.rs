//! The shape of the code: each module imports only what the table of layers lets it, and what else can be read off the source.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Every module with what it may import, in the order in which data flows. `lib.rs` and `main.rs` are free.
const LAYERS: [(&str, &[&str]); 14] = [
    ("diagnostic", &[]),
    ("lifetime", &[]),
    ("stream", &[]),
    ("stats", &[]),
    ("expr", &["diagnostic"]),
    ("scenario", &["expr", "lifetime", "diagnostic"]),
    ("program", &["scenario", "expr", "lifetime"]),
    ("engine", &["program", "lifetime", "stream"]),
    ("ensemble", &["program", "engine", "stream", "stats"]),
    (
        "analysis",
        &["scenario", "program", "ensemble", "stream", "stats"],
    ),
    ("store", &["ensemble", "analysis", "stats"]),
    ("figures", &["store", "stats"]),
    (
        "study",
        &[
            "diagnostic",
            "lifetime",
            "stream",
            "stats",
            "expr",
            "scenario",
            "program",
            "engine",
            "ensemble",
            "analysis",
            "store",
            "figures",
        ],
    ),
    ("cli", &["study", "diagnostic"]),
];

/// Lines that a file of the source has at most.
const LINES_AT_MOST: usize = 700;

#[test]
fn modules_import_only_what_stands_in_their_brackets() {
    let mut wrong = Vec::new();
    for file in source_files() {
        let Some((module, depth)) = place_in_crate(&file.name) else {
            continue;
        };
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == module) else {
            wrong.push(format!(
                "{}: module `{module}` does not stand in the table of layers",
                file.name
            ));
            continue;
        };
        for import in imports(&file.code, depth) {
            if import.module != module && !allowed.contains(&import.module.as_str()) {
                wrong.push(format!(
                    "{}:{}: `{module}` imports `{}`, and may import {allowed:?} only",
                    file.name, import.line, import.module
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn a_module_is_imported_from_below_only() {
    let mut above = BTreeSet::new();
    for (module, allowed) in LAYERS {
        for import in allowed {
            assert!(
                above.contains(import),
                "`{module}` may import `{import}`, which stands below it"
            );
        }
        above.insert(module);
    }
}

#[test]
fn files_are_short_and_begin_with_what_they_are() {
    let mut wrong = Vec::new();
    for file in source_files() {
        let lines = file.text.lines().count();
        if lines > LINES_AT_MOST {
            wrong.push(format!("{}: {lines} lines", file.name));
        }
        if !file.text.starts_with("//! ") {
            wrong.push(format!("{}: no `//!` at its head", file.name));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn nothing_is_unsafe() {
    for file in every_file() {
        let places = words(&without_literals(&file.text), "unsafe").len();
        assert_eq!(places, 0, "{} uses `unsafe`", file.name);
    }
}

/// A file of the source.
struct SourceFile {
    /// `src/…`, with `/` everywhere.
    name: String,
    text: String,
    /// Without comments, literals and test modules.
    code: String,
}

/// Every file below `src`, in the order of their names.
fn every_file() -> Vec<SourceFile> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files: Vec<SourceFile> = rust_files(&root.join("src"))
        .into_iter()
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            let name: Vec<&str> = path
                .strip_prefix(root)
                .unwrap()
                .iter()
                .map(|part| part.to_str().unwrap())
                .collect();
            SourceFile {
                name: name.join("/"),
                code: without_tests(&without_literals(&text)).0,
                text,
            }
        })
        .collect();
    files.sort_by(|a, b| a.name.cmp(&b.name));
    assert!(files.len() > 20, "found {} files only", files.len());
    files
}

/// Every file but those that hold test modules.
fn source_files() -> Vec<SourceFile> {
    let mut files = every_file();
    let mut of_tests = Vec::new();
    for file in &files {
        let folder = match file.name.rsplit_once('/') {
            Some((folder, "mod.rs" | "lib.rs" | "main.rs")) => folder.to_owned(),
            _ => file.name.trim_end_matches(".rs").to_owned(),
        };
        for module in without_tests(&without_literals(&file.text)).1 {
            of_tests.push(format!("{folder}/{module}.rs"));
            of_tests.push(format!("{folder}/{module}/"));
        }
    }
    files.retain(|file| !of_tests.iter().any(|test| file.name.starts_with(test)));
    files
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            files.push(path);
        }
    }
    files
}

/// The top-level module that a file belongs to, and how many `super`s lead from it to the crate; `None` for
/// `lib.rs` and `main.rs`.
fn place_in_crate(name: &str) -> Option<(String, usize)> {
    let inside = name.strip_prefix("src/")?.strip_suffix(".rs")?;
    let path: Vec<&str> = inside.split('/').filter(|part| *part != "mod").collect();
    let module = *path.first()?;
    (!matches!(inside, "lib" | "main")).then(|| (module.to_owned(), path.len()))
}

/// A use of a top-level module.
#[derive(Debug, PartialEq)]
struct Import {
    line: usize,
    module: String,
}

/// The top-level modules that code names, after `crate::` or after the `depth` `super`s that mean the same.
/// `crate` alone, by which anything could be imported, counts as a module of that name.
fn imports(code: &str, depth: usize) -> Vec<Import> {
    let mut found = BTreeMap::new();
    for place in words(code, "crate") {
        let visibility = code[..place.start].trim_end().ends_with('(')
            && code[place.end..].trim_start().starts_with(')');
        match after_colons(code, place.end) {
            Some(at) => named_at(code, at, &mut found),
            None if visibility => {}
            None => {
                found.insert(place.start, "crate".to_owned());
            }
        }
    }
    for place in words(code, "super") {
        if code[..place.start].trim_end().ends_with("::") {
            continue;
        }
        let (mut steps, mut at) = (1, after_colons(code, place.end));
        while let Some(next) = at
            && let Some("super") = word_at(code, next)
        {
            steps += 1;
            at = after_colons(code, next + "super".len());
        }
        if let Some(at) = at
            && steps >= depth
        {
            named_at(code, at, &mut found);
        }
    }
    let line_of = |at: usize| 1 + code[..at].matches('\n').count();
    found
        .into_iter()
        .map(|(at, module)| Import {
            line: line_of(at),
            module,
        })
        .collect()
}

/// Behind `::`, if that follows.
fn after_colons(code: &str, at: usize) -> Option<usize> {
    let rest = code[at..].trim_start().strip_prefix("::")?.trim_start();
    Some(code.len() - rest.len())
}

/// Keeps what is named at a place: one name, or each first name of a group in braces.
fn named_at(code: &str, at: usize, found: &mut BTreeMap<usize, String>) {
    let Some(group) = code[at..].strip_prefix('{') else {
        let name = word_at(code, at).unwrap_or("*");
        found.insert(at, name.to_owned());
        return;
    };
    let start = code.len() - group.len();
    let (mut depth, mut expected) = (1, true);
    for (offset, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 1 => expected = true,
            _ if letter.is_whitespace() => {}
            _ if expected => {
                named_at(code, start + offset, found);
                expected = false;
            }
            _ => {}
        }
        if depth == 0 {
            return;
        }
    }
}

fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// The word that begins at a place.
fn word_at(code: &str, at: usize) -> Option<&str> {
    let rest = code[at..].trim_start_matches("r#");
    let end = rest.find(|c| !is_of_word(c)).unwrap_or(rest.len());
    (end > 0).then(|| &rest[..end])
}

/// Where a word stands.
fn words(code: &str, word: &str) -> Vec<Range<usize>> {
    code.match_indices(word)
        .map(|(start, _)| start..start + word.len())
        .filter(|place| {
            !code[..place.start].ends_with(is_of_word) && !code[place.end..].starts_with(is_of_word)
        })
        .collect()
}

/// The text with comments and literals blanked; all else keeps its place.
fn without_literals(text: &str) -> String {
    let mut code = text.as_bytes().to_vec();
    let mut at = 0;
    while at < text.len() {
        let end = end_of_literal(text, at);
        match end {
            Some(end) => {
                blank(&mut code, at..end);
                at = end;
            }
            None => at += text[at..].chars().next().map_or(1, char::len_utf8),
        }
    }
    String::from_utf8(code).unwrap()
}

fn blank(code: &mut [u8], range: Range<usize>) {
    for byte in &mut code[range] {
        if *byte != b'\n' {
            *byte = b' ';
        }
    }
}

/// The end of the comment or literal that begins here, if one does.
fn end_of_literal(text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    if rest.starts_with("//") {
        return Some(at + rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return Some(at + length_of_block_comment(rest));
    }
    // A prefix such as `br` is blanked only with its quote, and only where it begins a word.
    let in_word = text[..at].ends_with(is_of_word);
    let quoted = rest.trim_start_matches(['b', 'c', 'r']);
    let prefix = &rest[..rest.len() - quoted.len()];
    if in_word && !prefix.is_empty() {
        return None;
    }
    if prefix.ends_with('r') {
        let opened = quoted.trim_start_matches('#');
        let hashes = &quoted[..quoted.len() - opened.len()];
        let close = format!("\"{hashes}");
        let inside = opened.strip_prefix('"')?;
        let end = inside
            .find(&close)
            .map_or(inside.len(), |i| i + close.len());
        return Some(text.len() - inside.len() + end);
    }
    let quote = quoted.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inside = &quoted[1..];
    if quote == '\'' && !is_character(inside) {
        return None;
    }
    let mut escaped = false;
    for (offset, letter) in inside.char_indices() {
        if !escaped && letter == quote {
            return Some(text.len() - inside.len() + offset + 1);
        }
        escaped = !escaped && letter == '\\';
    }
    Some(text.len())
}

/// Whether a character's literal goes on so behind its quote, and not a lifetime.
fn is_character(inside: &str) -> bool {
    let mut letters = inside.chars();
    letters.next() == Some('\\') || letters.next() == Some('\'')
}

fn length_of_block_comment(rest: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            depth += 1;
            at += 2;
        } else if rest[at..].starts_with("*/") {
            depth -= 1;
            at += 2;
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
        if depth == 0 {
            return at;
        }
    }
    rest.len()
}

/// Code without what stands under `#[cfg(test)]`, and the names of the test modules that have files of their own.
fn without_tests(code: &str) -> (String, Vec<String>) {
    let mut kept = code.as_bytes().to_vec();
    let mut files = Vec::new();
    for (start, attribute) in code.match_indices("#[cfg(test)]") {
        let mut at = start + attribute.len();
        loop {
            at = code.len() - code[at..].trim_start().len();
            if !code[at..].starts_with("#[") {
                break;
            }
            at += balanced(&code[at + 1..], '[', ']') + 1;
        }
        let item = &code[at..];
        let end = match item.find([';', '{']) {
            Some(open) if item[open..].starts_with('{') => open + balanced(&item[open..], '{', '}'),
            Some(semicolon) => {
                let declared = item[..semicolon].split_whitespace().rev();
                let mut words = declared.take(2);
                if let (Some(name), Some("mod")) = (words.next(), words.next()) {
                    files.push(name.to_owned());
                }
                semicolon + 1
            }
            None => item.len(),
        };
        blank(&mut kept, start..at + end);
    }
    (String::from_utf8(kept).unwrap(), files)
}

/// The length of what stands from the bracket that `code` begins with to the one that closes it.
fn balanced(code: &str, open: char, close: char) -> usize {
    let mut depth = 0;
    for (offset, letter) in code.char_indices() {
        if letter == open {
            depth += 1;
        } else if letter == close {
            depth -= 1;
            if depth == 0 {
                return offset + 1;
            }
        }
    }
    code.len()
}

/// The finder itself.
mod finder {
    use super::*;

    /// What a module's text, `src/a/b.rs` say, imports: its lines and modules.
    fn found(text: &str) -> Vec<(usize, String)> {
        imports(&without_tests(&without_literals(text)).0, 2)
            .into_iter()
            .map(|import| (import.line, import.module))
            .collect()
    }

    fn expect(text: &str, expected: &[(usize, &str)]) {
        let expected: Vec<(usize, String)> = expected
            .iter()
            .map(|(line, module)| (*line, (*module).to_owned()))
            .collect();
        assert_eq!(found(text), expected, "{text}");
    }

    #[test]
    fn sees_uses_groups_and_paths() {
        expect("use crate::expr::Expr;", &[(1, "expr")]);
        expect("pub use crate::expr;", &[(1, "expr")]);
        expect(
            "use crate::{expr::{Ast, Expr}, stats, self};\nuse std::{fs, io};",
            &[(1, "expr"), (1, "stats"), (1, "self")],
        );
        expect(
            "use crate::{\n    expr::{\n        Ast,\n    },\n    store::Summary,\n};",
            &[(2, "expr"), (5, "store")],
        );
        expect(
            "fn f() {\n    crate::stats::wilson(1, 2)\n}",
            &[(2, "stats")],
        );
        expect("fn f(x: &crate :: stats\n:: Moments) {}", &[(1, "stats")]);
        expect("use crate::\n    stats::Moments;", &[(2, "stats")]);
        expect(
            "use {crate::expr, crate::stats};",
            &[(1, "expr"), (1, "stats")],
        );
        expect("use crate::r#stats::Moments;", &[(1, "stats")]);
    }

    #[test]
    fn sees_ways_around() {
        expect("use crate::*;", &[(1, "*")]);
        expect("use crate as root;", &[(1, "crate")]);
        expect("use super::super::cli::main;", &[(1, "cli")]);
        expect(
            "use super::super::{cli, study};",
            &[(1, "cli"), (1, "study")],
        );
        expect("use super::sibling; fn f() { super::g() }", &[]);
    }

    #[test]
    fn overlooks_comments_literals_and_visibility() {
        expect(
            "// use crate::expr;\n//! [`crate::expr`]\nuse crate::stats;",
            &[(3, "stats")],
        );
        expect(
            "/* crate::a /* crate::b */ crate::c */ use crate::stats;",
            &[(1, "stats")],
        );
        expect(
            r#"let text = "crate::a \" crate::b"; crate::stats::f();"#,
            &[(1, "stats")],
        );
        expect(
            "let text = r#\"crate::a \" crate::b\"#; crate::stats::f();",
            &[(1, "stats")],
        );
        expect("let text = br\"\\\"; crate::stats::f();", &[(1, "stats")]);
        expect(
            "let quote = '\"'; crate::stats::f('\\'', b'\"');",
            &[(1, "stats")],
        );
        expect(
            "fn f<'a>(x: &'a str) -> &'a crate::stats::X {}",
            &[(1, "stats")],
        );
        expect(
            "pub(crate) fn f() {} pub(in crate::stats) fn g() {}",
            &[(1, "stats")],
        );
        expect("let my_crate = super_crate::f(); let ä = cratel::x;", &[]);
        expect(
            "let r#type = 1; let b = a; crate::stats::f(b, r, c);",
            &[(1, "stats")],
        );
    }

    #[test]
    fn overlooks_tests() {
        expect(
            "use crate::stats;\n#[cfg(test)]\n#[allow(dead_code)]\nmod tests {\n    fn f() { crate::a::b() }\n}\n\
             crate::expr::f();",
            &[(1, "stats"), (7, "expr")],
        );
        expect(
            "#[cfg(test)]\nuse crate::a::b;\nuse crate::stats;",
            &[(3, "stats")],
        );
        let (code, files) = without_tests("mod a;\n#[cfg(test)]\npub(crate) mod tests;\nmod b;");
        assert_eq!(files, ["tests"]);
        assert!(code.contains("mod a;") && code.contains("mod b;") && !code.contains("tests"));
    }

    #[test]
    fn knows_where_a_file_stands() {
        let place = |name: &str| place_in_crate(name);
        assert_eq!(place("src/lib.rs"), None);
        assert_eq!(place("src/main.rs"), None);
        assert_eq!(place("src/expr/mod.rs"), Some(("expr".to_owned(), 1)));
        assert_eq!(place("src/expr/check.rs"), Some(("expr".to_owned(), 2)));
        assert_eq!(place("src/expr.rs"), Some(("expr".to_owned(), 1)));
    }
}
