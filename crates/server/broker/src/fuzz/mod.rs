//! Bytes as a hostile peer sends them: known ones and what random changes make of them, or those that libFuzzer invents.

mod mutate;

/// Changed inputs per target in an ordinary run.
#[cfg(not(fuzzing))]
const INPUTS: usize = 2_000;

/// Runs a target with each known input, one line of hexadecimal digits each, then with random changes of them.
#[cfg(not(fuzzing))]
pub(crate) fn check(known: &str, run: impl Fn(&[u8])) {
    let known: Vec<Vec<u8>> = known.lines().filter_map(read).collect();
    assert!(!known.is_empty());
    for input in &known {
        run_one(&run, input);
    }
    let mut random = fastrand::Rng::with_seed(1);
    for _ in 0..INPUTS {
        run_one(&run, &mutate::changed(&known, &mut random));
    }
}

/// Hands a target to libFuzzer, which `cargo xtask fuzz` has given the known inputs.
#[cfg(fuzzing)]
pub(crate) fn check(_known: &str, run: impl Fn(&[u8]) + std::panic::RefUnwindSafe) {
    bolero::check!().for_each(|input: &[u8]| run(input));
}

/// Returns the pieces in which an input arrives. They follow from a number: 0 is one piece, 1 means single bytes.
pub(crate) fn pieces(bytes: &[u8], cuts: u8) -> Vec<&[u8]> {
    let mut random = fastrand::Rng::with_seed(u64::from(cuts));
    let (mut pieces, mut rest) = (Vec::new(), bytes);
    while !rest.is_empty() {
        let length = match cuts {
            0 => rest.len(),
            1 => 1,
            _ => {
                let most = 1 << random.u8(0..8);
                random.usize(1..=most)
            }
        };
        let (piece, behind) = rest.split_at(length.min(rest.len()));
        pieces.push(piece);
        rest = behind;
    }
    pieces
}

/// Reads a line. Returns nothing for a comment or an empty line.
#[cfg(not(fuzzing))]
fn read(line: &str) -> Option<Vec<u8>> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    let digits = |at| u8::from_str_radix(line.get(at..at + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..line.len()).step_by(2).map(digits).collect();
    assert!(bytes.is_some(), "not hexadecimal: {line}");
    bytes
}

/// Runs a target, and prints the input as a line for the known ones if it fails.
#[cfg(not(fuzzing))]
fn run_one(run: impl Fn(&[u8]), input: &[u8]) {
    struct Shown<'a>(&'a [u8]);
    impl Drop for Shown<'_> {
        fn drop(&mut self) {
            if std::thread::panicking() {
                let line: String = self.0.iter().map(|byte| format!("{byte:02x}")).collect();
                eprintln!("with the input\n{line}");
            }
        }
    }
    let _shown = Shown(input);
    run(input);
}
