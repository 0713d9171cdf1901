//! Mistakes in the input: exit code 2, and what is shown for each.

use super::*;
use std::time::Instant;

#[test]
fn in_scenarios() {
    for name in names_in("wrong") {
        let file = format!("wrong/{name}.toml");
        let text = complaint(&inputs(), &["run", &file]);
        every_message_has_its_place(&text, &[&file, "wrong/../extended/"]);
        same_as_before(&format!("wrong-{name}"), &text);
    }
}

#[test]
fn in_policies() {
    for name in names_in("wrong-policies") {
        let file = format!("wrong-policies/{name}.toml");
        let text = complaint(&inputs(), &["run", "sound.toml", "--policy", &file]);
        every_message_has_its_place(&text, &[&file, "sound.toml"]);
        same_as_before(&format!("wrong-policy-{name}"), &text);
    }
}

#[test]
fn on_the_command_line() {
    let mut told = String::new();
    for arguments in [
        &["--set", "onst=1"][..],
        &["--set", "onset"],
        &["--set", "onset=much"],
        &["--set", "onset=inf", "--set", "decai=1"],
        &["--set", "onset=-1"],
        &["--set", "onset=1", "--set", "onset = 2"],
        &["--policy", "assertve"],
        &["--policy", "neutral"],
        &["--horizon", "0"],
        &["--horizon", "-1"],
        &["--horizon", "inf"],
        &["--horizon", "soon"],
        &["--trials", "0"],
        &["--trials", "many"],
        &["--threads", "0"],
        &["--seed", "1.5"],
        &["--seeds", "1"],
    ] {
        let text = complaint(&inputs(), &[&["run", "sound.toml"], arguments].concat());
        let line = arguments.join(" ");
        writeln!(told, "$ detente run sound.toml {line}\n{text}").unwrap();
    }
    for arguments in [&["run"][..], &["plot"], &["rnu", "sound.toml"]] {
        let text = complaint(&inputs(), arguments);
        writeln!(told, "$ detente {}\n{text}", arguments.join(" ")).unwrap();
    }
    same_as_before("wrong-command-lines", &told);
}

/// What an extended file that is no scenario holds may be a secret.
#[test]
fn files_that_are_no_scenarios_are_not_shown() {
    let dir = TempDir::new().unwrap();
    fs::write(dir.path().join("shadow"), "root:$y$secret:1\n").unwrap();
    fs::write(dir.path().join("shadow.toml"), "a = 1\nroot:$y$secret:1\n").unwrap();
    for (extended, told) in [
        ("shadow", "shadow does not end in .toml"),
        ("shadow.toml", "shadow.toml is not TOML: line 2, column 5: "),
    ] {
        let text = format!("[scenario]\nextends = \"{extended}\"\n");
        fs::write(dir.path().join("t.toml"), text).unwrap();
        let text = complaint(dir.path(), &["run", "t.toml"]);
        assert!(text.contains(told), "{text}");
        assert!(!text.contains("secret"), "{text}");
        assert!(text.contains("--> t.toml:2:11"), "{text}");
    }
}

#[test]
fn a_line_of_scenarios_has_an_end() {
    let dir = TempDir::new().unwrap();
    for k in 0..70 {
        let text = format!("[scenario]\nextends = \"s{}.toml\"\n", k + 1);
        fs::write(dir.path().join(format!("s{k}.toml")), text).unwrap();
    }
    let text = complaint(dir.path(), &["run", "s0.toml"]);
    assert!(text.contains("more than 64 scenarios"), "{text}");
}

#[test]
fn texts_have_an_end() {
    let dir = TempDir::new().unwrap();
    let title = "word ".repeat(780_000);
    let header = "name = \"t\"\ntime_unit = \"year\"\nhorizon = 1.0";
    let text = format!("[scenario]\ntitle = \"{title}\"\n{header}\n");
    fs::write(dir.path().join("t.toml"), text).unwrap();
    let text = complaint(dir.path(), &["check", "t.toml"]);
    assert!(text.contains("a text has 3900000 bytes"), "{text}");
    assert!(text.len() < 1_000, "{} bytes", text.len());
}

/// Neither the command line nor the name of a file steers the terminal by what is said of it; `detente` sees to the escape.
#[cfg(unix)]
#[test]
fn nothing_steers_the_terminal() {
    let dir = TempDir::new().unwrap();
    let file = "a\u{1b}[2J\u{202e}.toml";
    fs::write(dir.path().join(file), "[scenario]\n").unwrap();
    for arguments in [
        &["run", file][..],
        &["run", "no\u{1b}[2J\u{202e}.toml"],
        &["run", "t.toml", "--a\u{202e}"],
        &["plot", "no\u{1b}[2J\u{202e}"],
    ] {
        let said = detente(dir.path(), arguments);
        assert_ne!(said.code, Some(0));
        assert!(said.stderr.contains("\\u202e"), "{}", said.stderr);
        assert!(!said.stderr.contains('\u{202e}'), "{}", said.stderr);
    }
}

/// The members of a family that each sum over the family have more operations than the file has letters.
#[test]
fn sums_in_every_member_of_a_family() {
    let dir = TempDir::new().unwrap();
    let scenario = |derived: &str, rate: &str| {
        let members: Vec<String> = (0..2_000).map(|k| format!("\"k{k}\"")).collect();
        format!(
            "[scenario]\nname = \"t\"\ntime_unit = \"year\"\nhorizon = 1.0\n\n[sets]\nk = [{}]\n\n\
             [variables.\"x_{{k}}\"]\nfor = \"k\"\ninitial = 0\n\n[derived]\n{derived}\n\
             [events.\"e_{{k}}\"]\nfor = \"k\"\nrate = \"{rate}\"\ndo = [\"x_{{k}} += 1\"]\n",
            members.join(", ")
        )
    };
    let sum = "sum(k, x_{k} * x_{k})";
    fs::write(dir.path().join("t.toml"), scenario("", sum)).unwrap();
    let text = complaint(dir.path(), &["run", "t.toml"]);
    let told = "all expressions together have more than 2000000 operations";
    assert!(text.contains(told), "{text}");
    assert_eq!(text.matches("error").count(), 1, "{text}");
    // As a derived name it is computed once for all of them.
    let named = scenario(&format!("all = \"{sum}\"\n"), "1e-3 * all");
    fs::write(dir.path().join("t.toml"), named).unwrap();
    let run = ["run", "t.toml", "--trials", "2", "--no-figures", "--quiet"];
    let said = detente(dir.path(), &run);
    assert_eq!(said.code, Some(0), "{}", said.stderr);
}

#[test]
fn no_arguments_at_all() {
    same_as_before("no-arguments", &complaint(&inputs(), &[]));
}

#[cfg(unix)]
#[test]
fn files_that_cannot_be_read_as_text() {
    let dir = TempDir::new().unwrap();
    let write = |name: &str, bytes: &[u8]| fs::write(dir.path().join(name), bytes).unwrap();
    fs::create_dir(dir.path().join("folder")).unwrap();
    write(
        "latin-1.toml",
        b"[scenario]\nname  = \"t\"\ntitle = \"Gr\xf6\xdfe\"\n",
    );
    let noise: Vec<u8> = (0..10_000_000_u32).map(pseudorandom_byte).collect();
    write("garbage.toml", &noise);
    let mut told = String::new();
    for file in ["missing.toml", "folder", "latin-1.toml", "garbage.toml"] {
        told += &complaint(dir.path(), &["run", file]);
    }
    fs::copy(inputs().join("sound.toml"), dir.path().join("sound.toml")).unwrap();
    for policy in ["folder", "latin-1.toml", "missing.toml"] {
        told += &complaint(dir.path(), &["run", "sound.toml", "--policy", policy]);
    }
    told += &complaint(dir.path(), &["run", "/dev/zero"]);
    same_as_before("unreadable-files", &told);
}

/// Steele and Vigna's mixer of 64 bits; noise for a file, nothing more.
fn pseudorandom_byte(place: u32) -> u8 {
    let mut word = u64::from(place).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (word ^ (word >> 27)).to_be_bytes()[0]
}

/// Texts that are TOML's alphabet and nothing else, as long as is allowed: an answer comes, of bounded length.
#[test]
fn garbage_of_letters() {
    let dir = TempDir::new().unwrap();
    for (name, letters) in [
        (
            "one-line.toml",
            &b" !\"#'()*+,-./0123456789:=ABCxyz[]_{}~"[..],
        ),
        ("many-lines.toml", b"\n\n!\"#'()+,-.0123=ABCxyz[]_{}~"),
        ("nothing.toml", b"\0"),
    ] {
        let noise: Vec<u8> = (0..1_000_000_u32)
            .map(|place| letters[usize::from(pseudorandom_byte(place)) % letters.len()])
            .collect();
        fs::write(dir.path().join(name), noise).unwrap();
        let text = complaint(dir.path(), &["run", name]);
        every_message_has_its_place(&text, &[name]);
        assert!(text.len() < 30_000, "{} bytes", text.len());
    }
}

#[test]
fn nesting_without_end() {
    let dir = TempDir::new().unwrap();
    let rate = |text: &str| format!("[events.clash]\ndo = []\nrate = \"{text}\"\n");
    let mut told = String::new();
    for (name, text) in [
        ("brackets", rate(&"(".repeat(100_000))),
        (
            "closed-brackets",
            rate(&format!("{}1{}", "(".repeat(100_000), ")".repeat(100_000))),
        ),
        ("minus", rate(&format!("{}1", "-".repeat(1_000_000)))),
        ("not", rate(&format!("{}true", "not ".repeat(100_000)))),
        ("powers", rate(&format!("1{}", "^1".repeat(100_000)))),
        ("sums", rate(&format!("1{}", "+1".repeat(100_000)))),
        ("calls", rate(&"exp(".repeat(100_000))),
        ("placeholders", rate(&"{".repeat(100_000))),
        ("arrays", format!("sets = {}\n", "[".repeat(100_000))),
        (
            "closed-arrays",
            format!("sets = {}{}\n", "[".repeat(100_000), "]".repeat(100_000)),
        ),
        (
            "tables",
            format!("sets = {}1{}\n", "{a=".repeat(100_000), "}".repeat(100_000)),
        ),
        ("keys", format!("[sets{}]\n", ".a".repeat(100_000))),
    ] {
        let file = format!("{name}.toml");
        let header = "[scenario]\nname = \"t\"\ntime_unit = \"year\"\nhorizon = 1.0\n\n";
        // A bare key at the top belongs before the first table.
        let whole = if text.starts_with("sets") {
            format!("{text}\n{header}")
        } else {
            format!("{header}{text}")
        };
        fs::write(dir.path().join(&file), whole).unwrap();
        told += &complaint(dir.path(), &["run", &file]);
    }
    same_as_before("nesting-without-end", &told);
}

/// Sums inside sums bind an element anew at every term, and what the elements bring along is not copied each time: that
/// would take minutes.
#[test]
fn sums_without_end_over_elements_that_bring_much() {
    let dir = TempDir::new().unwrap();
    let brought: Vec<String> = (0..400).map(|at| format!("a{at} = {at}")).collect();
    let brought = brought.join(", ");
    let text = format!(
        "[scenario]\nname = \"t\"\ntime_unit = \"year\"\nhorizon = 1.0\n\n\
         [sets]\nside = {{ east = {{ {brought} }}, west = {{ {brought} }} }}\n\n\
         [derived]\nall = \"{}1{}\"\n",
        "sum(side, ".repeat(150),
        ")".repeat(150)
    );
    fs::write(dir.path().join("sums.toml"), text).unwrap();
    let begun = Instant::now();
    let told = complaint(dir.path(), &["run", "sums.toml"]);
    assert!(told.contains("more than 100000 operations"), "{told}");
    let taken = begun.elapsed();
    assert!(taken < Duration::from_secs(20), "{taken:?}");
}
