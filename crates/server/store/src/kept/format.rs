//! Version of the format of the tables, and the steps from one version to the next.

use super::engine::Engine;
use super::error::Failure;

/// Changes the tables from version `position + 1` to the next one. A step that is interrupted is
/// made again.
pub(super) type Step = fn(&Engine) -> Result<(), Failure>;

/// Steps from version 1 on.
pub(super) const STEPS: &[Step] = &[];

const FORMAT: &[u8] = b"format";

/// Brings the tables to the version after the last step, and new tables at once.
pub(super) fn upgrade(engine: &Engine, steps: &[Step]) -> Result<(), Failure> {
    let newest = 1 + u32::try_from(steps.len()).unwrap_or(u32::MAX);
    let Some(mut format) = read(engine)? else {
        return write(engine, newest);
    };
    if format > newest {
        return Err(Failure::Newer(format));
    }
    while let Some(step) = format
        .checked_sub(1)
        .and_then(|position| steps.get(position as usize))
    {
        step(engine)?;
        format += 1;
        write(engine, format)?;
    }
    if format == newest {
        Ok(())
    } else {
        Err(Failure::Damaged(format!("there is no format {format}")))
    }
}

fn read(engine: &Engine) -> Result<Option<u32>, Failure> {
    let Some(value) = engine.own().get(FORMAT)? else {
        return Ok(None);
    };
    match <[u8; 4]>::try_from(&*value) {
        Ok(bytes) => Ok(Some(u32::from_be_bytes(bytes))),
        Err(_) => Err(Failure::Damaged("its format cannot be read".into())),
    }
}

fn write(engine: &Engine, format: u32) -> Result<(), Failure> {
    engine.own().insert(FORMAT, format.to_be_bytes())?;
    Ok(engine.database.persist(fjall::PersistMode::SyncData)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(engine: &Engine) -> Result<(), Failure> {
        let steps = engine.own().get("steps")?.map_or(0, |value| value[0]);
        Ok(engine.own().insert("steps", [steps + 1])?)
    }

    fn steps(engine: &Engine) -> Option<u8> {
        engine.own().get("steps").unwrap().map(|value| value[0])
    }

    #[test]
    fn each_step_to_the_newest_format_is_made_once() {
        let folder = tempfile::tempdir().unwrap();
        let engine = Engine::start(folder.path()).unwrap();
        upgrade(&engine, &[]).unwrap();
        assert_eq!(read(&engine).unwrap(), Some(1));
        upgrade(&engine, &[count]).unwrap();
        assert_eq!((read(&engine).unwrap(), steps(&engine)), (Some(2), Some(1)));
        upgrade(&engine, &[count, count, count]).unwrap();
        assert_eq!((read(&engine).unwrap(), steps(&engine)), (Some(4), Some(3)));
        upgrade(&engine, &[count, count, count]).unwrap();
        assert_eq!(steps(&engine), Some(3));
    }

    #[test]
    fn a_new_store_needs_no_step() {
        let folder = tempfile::tempdir().unwrap();
        let engine = Engine::start(folder.path()).unwrap();
        upgrade(&engine, &[count]).unwrap();
        assert_eq!((read(&engine).unwrap(), steps(&engine)), (Some(2), None));
    }

    #[test]
    fn formats_that_are_unknown_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let engine = Engine::start(folder.path()).unwrap();
        write(&engine, 2).unwrap();
        assert!(matches!(upgrade(&engine, &[]), Err(Failure::Newer(2))));
        write(&engine, 0).unwrap();
        assert!(matches!(
            upgrade(&engine, &[count]),
            Err(Failure::Damaged(_))
        ));
        assert_eq!(steps(&engine), None);
    }
}
