//! A world in a file of its own: everything there is at one moment, as JSON with a version and a digest.

use super::Simulator;
use super::error::SimError;
use super::inner::{Inner, Origin};
use super::log::Entry;
use jiff::{SignedDuration, Timestamp};
use orgkit_model::Digest;
use orgkit_world::World;
use serde::Deserialize as _;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

/// Marks the document as one of ours.
const KIND: &str = "orgkit-simulated-world";
/// The version that this program writes, and the newest that it reads.
const VERSION: i64 = 1;

/// What a snapshot holds.
struct Snapshot {
    start: Timestamp,
    now: Timestamp,
    world: World,
}

impl Simulator {
    /// The whole world at this moment, with seed and times, as JSON. The same world gives the same text. Armed faults are no part of it.
    pub fn state(&self) -> Value {
        self.lock().state()
    }

    /// Writes the world to a file. It is there in full or not at all: an older file of that name stays until the new one is complete.
    ///
    /// # Errors
    /// [`SimError::File`].
    pub fn save(&self, path: &Path) -> Result<(), SimError> {
        let failed = |source| SimError::File { path: path.display().to_string(), source };
        let mut name = path.as_os_str().to_owned();
        name.push(".new");
        std::fs::write(&name, self.state().to_string()).and_then(|()| std::fs::rename(&name, path)).map_err(failed)
    }

    /// A simulator that begins with the world in a file and keeps nothing.
    ///
    /// # Errors
    /// [`SimError::File`], [`SimError::Newer`], [`SimError::Damaged`]. The file stays as it is.
    pub fn restore(path: &Path) -> Result<Self, SimError> {
        let name = path.display().to_string();
        let text = std::fs::read(path).map_err(|source| SimError::File { path: name.clone(), source })?;
        let Snapshot { start, now, world } = read(&name, &text)?;
        let origin = Arc::new(Origin::World(Box::new(world.clone())));
        Ok(Self::with(Inner::new(origin, world, start, now)))
    }

    /// Puts a world in the place of the present one; what [`Simulator::reset`] goes back to stays. Time goes on from the state's, ahead of
    /// `clock` or behind it.
    pub(super) fn put_state(&self, text: &[u8], clock: Timestamp) -> Result<Timestamp, SimError> {
        let Snapshot { now, world, .. } = read("the state that was sent", text)?;
        let mut inner = self.lock();
        inner.replace(world, now);
        inner.ahead = now.duration_since(clock);
        if inner.is_saved() {
            let world = Box::new(inner.world.clone());
            inner.save(&Entry::Restore { world })?;
        }
        Ok(now)
    }

    /// Makes the world as it was at the start, and starts an armed fault plan over.
    ///
    /// # Errors
    /// [`SimError::Unsaved`] when that could not be written down.
    pub fn reset(&self) -> Result<Timestamp, SimError> {
        let mut inner = self.lock();
        inner.reset()?;
        Ok(inner.now)
    }

    /// The same, where the world's clock runs with `clock`.
    pub(super) fn reset_at(&self, clock: Timestamp) -> Result<Timestamp, SimError> {
        let mut inner = self.lock();
        inner.reset()?;
        inner.ahead = inner.now.duration_since(clock);
        Ok(inner.now)
    }
}

impl Inner {
    fn state(&self) -> Value {
        json!({
            "format": KIND,
            "version": VERSION,
            "seed": self.world.seed(),
            "start": self.start,
            "now": self.now,
            "digest": Digest::of(&self.world).as_str(),
            "world": self.world,
        })
    }

    fn reset(&mut self) -> Result<(), SimError> {
        let world = self.origin_world().map_err(SimError::Build)?;
        self.replace(world, self.start);
        self.faults.again(self.start);
        self.save(&Entry::Reset)
    }

    /// Another world at another time. Buckets are full in it.
    fn replace(&mut self, world: World, now: Timestamp) {
        self.world = world;
        self.now = now;
        self.throttle.refill();
        self.index_sessions();
    }
}

/// Reads a snapshot. `name` is for messages.
fn read(name: &str, text: &[u8]) -> Result<Snapshot, SimError> {
    let damaged = |reason: String| SimError::Damaged { path: name.to_owned(), reason };
    let document: Value = serde_json::from_slice(text).map_err(|error| damaged(format!("it is not JSON: {error}")))?;
    if document.get("format").and_then(Value::as_str) != Some(KIND) {
        return Err(damaged("it is no snapshot of a simulated world".to_owned()));
    }
    match document.get("version").and_then(Value::as_i64) {
        Some(VERSION) => {}
        Some(found) if found > VERSION => return Err(SimError::Newer { path: name.to_owned(), found, known: VERSION }),
        _ => return Err(damaged("it has no version".to_owned())),
    }
    let time = |member: &str| -> Result<Timestamp, SimError> {
        let text = document.get(member).and_then(Value::as_str);
        text.and_then(|text| text.parse().ok()).ok_or_else(|| damaged(format!("`{member}` is no time")))
    };
    let (start, now) = (time("start")?, time("now")?);
    let world = document.get("world").ok_or_else(|| damaged("`world` is missing".to_owned()))?;
    let world = World::deserialize(world).map_err(|error| damaged(format!("`world` cannot be read: {error}")))?;
    if document.get("digest").and_then(Value::as_str) != Some(Digest::of(&world).as_str()) {
        return Err(damaged("`digest` is not that of `world`: it was changed or cut".to_owned()));
    }
    if now.duration_since(start) < SignedDuration::ZERO {
        return Err(damaged("`now` is before `start`".to_owned()));
    }
    Ok(Snapshot { start, now, world })
}
