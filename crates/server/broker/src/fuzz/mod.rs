//! Bytes as a hostile peer sends them: known ones and what random changes make of them, or those that libFuzzer invents.

#[cfg(not(fuzzing))]
mod mutate;

/// Changed inputs per target in an ordinary run.
#[cfg(not(fuzzing))]
const INPUTS: usize = 2_000;

/// Folder to which `cargo xtask fuzz` wants the known inputs to be written, one file each.
#[cfg(fuzzing)]
const KNOWN: &str = "ONS_MQTT_TEST_KNOWN";

/// Runs a target with each known input, one line of hexadecimal digits each, then with random changes of them.
#[cfg(not(fuzzing))]
pub(crate) fn check(known: &str, run: impl Fn(&[u8])) {
    let known = read_all(known);
    for input in &known {
        run_one(&run, input);
    }
    let mut random = fastrand::Rng::with_seed(1);
    for _ in 0..INPUTS {
        run_one(&run, &mutate::changed(&known, &mut random));
    }
}

/// Hands a target to libFuzzer, which begins with the known inputs.
#[cfg(fuzzing)]
pub(crate) fn check(known: &str, run: impl Fn(&[u8]) + std::panic::RefUnwindSafe) {
    let folder = std::path::PathBuf::from(std::env::var_os(KNOWN).unwrap());
    for (number, input) in read_all(known).iter().enumerate() {
        std::fs::write(folder.join(number.to_string()), input).unwrap();
    }
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

/// Reads lines of hexadecimal digits, between comments and empty lines.
fn read_all(text: &str) -> Vec<Vec<u8>> {
    let is_input = |line: &&str| !line.is_empty() && !line.starts_with('#');
    let inputs: Vec<_> = text.lines().filter(is_input).map(read).collect();
    assert!(!inputs.is_empty());
    inputs
}

fn read(line: &str) -> Vec<u8> {
    let byte = |at| u8::from_str_radix(line.get(at..at + 2)?, 16).ok();
    let bytes: Option<Vec<u8>> = (0..line.len()).step_by(2).map(byte).collect();
    bytes.unwrap_or_else(|| panic!("not hexadecimal: {line}"))
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
