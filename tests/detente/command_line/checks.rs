//! `detente check`.

use super::*;

/// A check without mistakes.
#[track_caller]
fn checked(folder: &Path, arguments: &[&str]) -> Said {
    let said = detente(folder, &[&["check"], arguments].concat());
    assert_eq!(said.code, Some(0), "{arguments:?}: {}", said.stderr);
    said
}

#[test]
fn warnings() {
    for name in names_in("warnings") {
        let file = format!("warnings/{name}.toml");
        let said = checked(&inputs(), &[&file]);
        same_as_before(&format!("warning-{name}"), &said.stderr);
    }
}

/// A run says that there are warnings, and nothing of the kind that only all policies can tell.
#[test]
fn a_run_counts_warnings() {
    let out = TempDir::new().unwrap();
    let said = done(
        &inputs(),
        &["warnings/guards.toml", "--seed", "1"],
        out.path(),
    );
    let told = "7 warnings; detente check warnings/guards.toml shows what is meant";
    assert!(said.stderr.contains(told), "{}", said.stderr);
    let said = done(
        &inputs(),
        &["warnings/unused.toml", "--seed", "1"],
        out.path(),
    );
    assert!(!said.stderr.contains("warning"), "{}", said.stderr);
}

/// The scenarios of the project give no cause for a warning.
#[test]
fn the_projects_scenarios_are_clean() {
    for name in [
        "belarus-2019",
        "belarus-2019/observed.toml",
        "cold-war-1983",
        "arms-race.toml",
        "ladder.toml",
    ] {
        let said = checked(&inputs(), &[&config(name)]);
        assert_eq!(said.stderr, "no mistakes, no warnings\n", "{name}");
    }
}

/// A parameter that one policy alone reads is unused only while that policy is not given.
#[test]
fn policies_read_too() {
    let (belarus, passive) = (config("belarus-2019"), "passive");
    let said = checked(&inputs(), &[&belarus, passive]);
    assert!(
        said.stderr.contains("nothing reads `pressure_2019`"),
        "{}",
        said.stderr
    );
    let said = checked(&inputs(), &[&belarus, passive, "hedge"]);
    assert_eq!(said.stderr, "no mistakes, no warnings\n");
}

/// A guard that fails for every value in a parameter's range may hold with the value that a policy or the command line
/// sets: then nothing is called impossible.
#[test]
fn settings_make_things_possible() {
    let folder = TempDir::new().unwrap();
    let scenario = r#"
[scenario]
name      = "set"
time_unit = "year"
horizon   = 10
[parameters]
p = { value = 0, unit = "1", source = "assumed" }
[variables]
x = { initial = 0 }
[events]
e = { when = "p > 0", rate = 1, do = ["x += 1"] }
[outcomes]
x = { final = "x" }
"#;
    fs::write(folder.path().join("set.toml"), scenario).unwrap();
    let policy = "name = \"on\"\nset = { p = 1 }\n";
    fs::write(folder.path().join("on.toml"), policy).unwrap();
    let said = checked(folder.path(), &["set.toml"]);
    assert!(said.stderr.contains("never fire"), "{}", said.stderr);
    let said = checked(folder.path(), &["set.toml", "on.toml"]);
    assert_eq!(said.stderr, "no mistakes, no warnings\n");
    let out = TempDir::new().unwrap();
    let set = ["set.toml", "--seed", "1", "--set", "p=1"];
    let said = done(folder.path(), &set, out.path());
    assert!(!said.stderr.contains("warning"), "{}", said.stderr);
}

const RANGED: &str = r#"
[scenario]
name      = "ranged"
time_unit = "year"
horizon   = 10
[parameters]
p = { value = 1, unit = "1/year", range = [0, 2], source = "assumed" }
[levers]
l = { actor = "north", options = ["a", "b"], default = "a" }
[variables]
x = { initial = 0, max = 100_000 }
[events]
e = { when = "x < 100_000", rate = "if(l == a, p, 0)", do = ["x = 1"] }
[outcomes]
x = { final = "x" }
[rates]
r = { count = "x", per = "x", observed = 1, interval = [0, 2], title = "t", unit = "1", source = "s" }
[hypotheses]
h = { claim = "c", compare = "outcome(x, p = 3) - outcome(x)", expect = "> 0" }
"#;

/// Every command warns of a value outside its range, and says above its table what the command line sets.
#[test]
fn values_outside_their_ranges() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("t.toml"), RANGED).unwrap();
    let policy = "name = \"high\"\nset = { p = 5 }\n";
    fs::write(folder.path().join("high.toml"), policy).unwrap();
    let said = checked(folder.path(), &["t.toml", "high.toml"]);
    for told in [
        "`p` is set to 3, outside its range [0, 2]",
        "`p` is set to 5, outside its range [0, 2]",
        "--> high.toml:2:13",
    ] {
        assert!(said.stderr.contains(told), "{told}: {}", said.stderr);
    }
    let out = folder.path().join("out");
    let out = out.to_str().unwrap();
    let few = ["--trials", "200", "--seed", "1"];
    let drawn = ["--no-figures", "--out", out];
    for (command, more) in [
        ("run", [&few[..], &drawn].concat()),
        ("compare", [&few[..], &drawn, &["--levers", "l"]].concat()),
        ("trace", vec!["--seed", "1", "--trial", "0"]),
        ("exact", vec!["--out", out]),
        ("rates", few.to_vec()),
        ("hypotheses", [&few[..], &["--out", out]].concat()),
    ] {
        let set = ["--set", "p = 4", "--horizon", "5"];
        let arguments = [&[command, "t.toml"], &more[..], &set].concat();
        let said = detente(folder.path(), &arguments);
        assert_eq!(said.code, Some(0), "{command}: {}", said.stderr);
        let told = "`p` is set to 4, outside its range [0, 2]";
        assert_eq!(
            said.stderr.matches(told).count(),
            1,
            "{command}: {}",
            said.stderr
        );
        let head = "Set on the command line: p = 4, horizon = 5\n\n";
        let of_a_claim = said.stderr.contains("set to 3");
        assert_eq!(of_a_claim, command == "hypotheses", "{}", said.stderr);
        assert!(said.stdout.starts_with(head), "{command}: {}", said.stdout);
        fs::remove_dir_all(out).ok();
    }
    let inside = [
        "run", "t.toml", "--set", "p=2", "--trials", "10", "--seed", "1",
    ];
    let said = detente(folder.path(), &[&inside[..], &drawn].concat());
    assert!(!said.stderr.contains("outside"), "{}", said.stderr);
    let allowing = RANGED.replace("horizon ", "allow = [\"ranges\"]\nhorizon ");
    fs::write(folder.path().join("t.toml"), allowing).unwrap();
    let said = checked(folder.path(), &["t.toml", "high.toml"]);
    assert!(!said.stderr.contains("outside"), "{}", said.stderr);
}

/// What to do about many warnings of one kind is said once.
#[test]
fn cures_are_said_once() {
    let folder = TempDir::new().unwrap();
    let events: Vec<String> = (2..11)
        .map(|k| format!("e{k} = {{ rate = {k}, do = [] }}"))
        .collect();
    let events = events.join("\n");
    let header = "[scenario]\nname = \"t\"\ntime_unit = \"year\"\nhorizon = 1.0\n[events]\n";
    fs::write(folder.path().join("t.toml"), format!("{header}{events}")).unwrap();
    let said = checked(folder.path(), &["t.toml"]);
    assert_eq!(
        said.stderr.matches("has no name").count(),
        9,
        "{}",
        said.stderr
    );
    assert_eq!(said.stderr.matches("help:").count(), 1, "{}", said.stderr);
}

/// Members of a large family whose guards all read a sum over it do not hold a run up beyond the minute that any command
/// has here.
#[test]
fn a_large_family_is_checked_in_good_time() {
    let folder = TempDir::new().unwrap();
    let members: Vec<String> = (0..300).map(|k| format!("\"k{k}\"")).collect();
    let scenario = format!(
        r#"
[scenario]
name      = "large"
time_unit = "year"
horizon   = 0.001
[sets]
k = [{}]
[variables."x_{{k}}"]
for     = "k"
states  = ["a", "b"]
initial = "a"
[derived]
total = "sum(k, if(x_{{k}} == b, 1, 0))"
[events."e_{{k}}"]
for  = "k"
when = "total >= 0 and x_{{k}} == a"
rate = 1
do   = ["x_{{k}} = b"]
[outcomes]
total = {{ final = "total" }}
first = {{ first_time = "total > 0", by = "x_k0" }}
"#,
        members.join(", ")
    );
    fs::write(folder.path().join("large.toml"), scenario).unwrap();
    let out = TempDir::new().unwrap();
    let few = [
        "large.toml",
        "--seed",
        "1",
        "--trials",
        "10",
        "--no-figures",
    ];
    done(folder.path(), &few, out.path());
}

#[test]
fn what_a_scenario_contains() {
    let said = checked(&inputs(), &["contents.toml", "policies/step-back.toml"]);
    same_as_before("check-contents", &said.stdout);
    let said = checked(&inputs(), &[&config("arms-race.toml")]);
    assert!(
        said.stdout.contains("at most 3,528 states\n"),
        "{}",
        said.stdout
    );
    let said = checked(&inputs(), &[&config("belarus-2019")]);
    for part in [
        "  assumed: ",
        "dispute_{dyad} (10): none, threat, display",
        "Factors of the doctrine (7)",
    ] {
        assert!(said.stdout.contains(part), "{part}: {}", said.stdout);
    }
}

/// All mistakes of scenario and policies are told, and nothing is printed.
#[test]
fn mistakes_in_policies() {
    let text = complaint(
        &inputs(),
        &[
            "check",
            "sound.toml",
            "wrong-policies/unknown-lever.toml",
            "wrong-policies/unknown-option.toml",
            "no-such-policy",
        ],
    );
    for part in [
        "has no lever",
        "there is no option",
        "there is no policy `no-such-policy`",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

/// A theatre's folder is a scenario, and all mistakes in all of its files are told.
#[test]
fn a_theatre_is_checked_as_a_whole() {
    let folder = TempDir::new().unwrap();
    let theatre = folder.path().join("pair");
    fs::create_dir_all(theatre.join("policies")).unwrap();
    let write = |name: &str, text: &str| fs::write(theatre.join(name), text).unwrap();
    let sound = fs::read_to_string(inputs().join("sound.toml")).unwrap();
    let unused = "decay = { value = 0.5, unit = \"1/year\", source = \"an example\" }\n";
    write("scenario.toml", &sound.replace(unused, ""));
    write("policies/one.toml", "name = \"one\"\nchoose = {}\n");
    write("policies/two.toml", "name = \"two\"\nchoos = {}\n");
    write(
        "policies/three.toml",
        "name = \"three\"\nset = { onst = 1 }\n",
    );
    let header = "[scenario]\nextends = \"scenario.toml\"\n";
    let claim = |compare: &str| {
        format!(
            "{header}[hypotheses.H]\nclaim = \"c\"\ncompare = \"{compare}\"\nexpect = \"> 0\"\n"
        )
    };
    write("claims.toml", &claim("outcome(nothing, one)"));
    write(
        "observed.toml",
        &format!("{header}[rates.r]\ncount = \"nothing\"\n"),
    );
    write("payoffs.toml", header);
    let told = complaint(folder.path(), &["check", "pair"]);
    for part in [
        "--> pair/policies/two.toml:2:1",
        "--> pair/policies/three.toml:2:9",
        "--> pair/claims.toml:",
        "--> pair/observed.toml:",
        "pair/payoffs.toml has no payoffs",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert!(!told.contains("warning"), "{told}");
    fs::remove_file(theatre.join("policies/two.toml")).unwrap();
    fs::remove_file(theatre.join("policies/three.toml")).unwrap();
    fs::remove_file(theatre.join("observed.toml")).unwrap();
    fs::remove_file(theatre.join("payoffs.toml")).unwrap();
    // The policies that claims name are looked for, too.
    let outcome = sound.split("[outcomes]\n").nth(1).unwrap();
    let outcome = outcome.split([' ', '=']).next().unwrap();
    write("claims.toml", &claim(&format!("outcome({outcome}, tow)")));
    let told = complaint(folder.path(), &["check", "pair"]);
    assert!(told.contains("there is no policy `tow`"), "{told}");
    write("claims.toml", &claim(&format!("outcome({outcome}, one)")));
    for given in ["pair", "pair/", "pair/scenario.toml"] {
        let said = checked(folder.path(), &[given]);
        assert!(
            said.stdout.contains("Policies (1)\n    one\n"),
            "{}",
            said.stdout
        );
        assert!(said.stdout.contains("    claims.toml\n"), "{}", said.stdout);
    }
    let told = complaint(folder.path(), &["check", "."]);
    assert!(told.contains("cannot read ./scenario.toml"), "{told}");
}

#[test]
fn the_graph_is_written_in_four_forms() {
    let out = TempDir::new().unwrap();
    let folder = out.path().join("graph");
    let arguments = [
        "contents.toml",
        "step-back",
        "--graph",
        "--out",
        folder.to_str().unwrap(),
    ];
    let said = checked(&inputs(), &arguments);
    assert!(said.stderr.contains("graph in "), "{}", said.stderr);
    let files = files_below(&folder);
    assert_eq!(
        files,
        [
            "influence.csv",
            "influence.dot",
            "influence.png",
            "influence.svg",
            "manifest.json"
        ]
    );
    let dot = fs::read_to_string(folder.join("influence.dot")).unwrap();
    assert!(dot.starts_with("digraph"));
    let edges = fs::read_to_string(folder.join("influence.csv")).unwrap();
    let mut edges: Vec<&str> = edges.lines().skip(1).collect();
    edges.sort_unstable();
    same_as_before("check-influences", &edges.join("\n"));
}
