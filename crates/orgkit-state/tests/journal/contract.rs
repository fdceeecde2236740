//! The promises of a store, kept by an object store; and the stores that are refused.

use crate::common::{claim, next_records};
use crate::rough::{Ignores, Rough};
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _};
use orgkit_execute::testing::keeps_promises;
use orgkit_execute::{JournalError, JournalStore};
use orgkit_state::{ObjectStoreJournal, StateError};
use std::sync::Arc;

async fn hand(store: &Arc<dyn ObjectStore>) -> ObjectStoreJournal {
    ObjectStoreJournal::over(Arc::clone(store), &Path::from("team"), "memory".to_owned()).await.unwrap()
}

#[tokio::test]
async fn an_object_store_keeps_the_promises_of_a_journal() {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    keeps_promises(async || hand(&store).await).await.unwrap();
}

#[tokio::test]
async fn a_store_that_ignores_a_condition_is_refused() {
    for (ignores, header) in [(Ignores::IfNoneMatch, "If-None-Match"), (Ignores::IfMatch, "If-Match")] {
        let store = Arc::new(Rough::ignoring(ignores));
        let refused = ObjectStoreJournal::over(store, &Path::from("team"), "s3://b/p".to_owned()).await.unwrap_err();
        assert!(matches!(refused, StateError::Unconditional { condition, .. } if condition == header), "{refused}");
        assert!(refused.to_string().starts_with("s3://b/p does not honour"), "{refused}");
    }
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    for _ in 0..3 {
        hand(&store).await;
    }
}

/// A journal of three pages, one of them without records.
async fn three_pages() -> Arc<dyn ObjectStore> {
    let store: Arc<dyn ObjectStore> = Arc::new(InMemory::new());
    let mut journal = hand(&store).await;
    journal.take(&claim("ana", 0)).await.unwrap();
    journal.append(&next_records(&[], 1, "ana", 2)).await.unwrap();
    let before = journal.load().await.unwrap();
    journal.append(&next_records(&before, 1, "ana", 1)).await.unwrap();
    journal.release().await.unwrap();
    store
}

fn page(number: u64) -> Path {
    Path::from(format!("team/journal/{number:020}.json"))
}

#[tokio::test]
async fn what_is_missing_changed_or_swapped_is_damage() {
    for missing in 1..=3 {
        let store = three_pages().await;
        store.delete(&page(missing)).await.unwrap();
        let seen = hand(&store).await.load().await;
        assert!(matches!(seen, Err(JournalError::Damaged { .. })), "without page {missing}: {seen:?}");
    }
    for changed in 1..=3 {
        let store = three_pages().await;
        let mut content = store.get(&page(changed)).await.unwrap().bytes().await.unwrap().to_vec();
        let middle = content.len() / 2;
        content[middle] ^= 1;
        store.put(&page(changed), content.into()).await.unwrap();
        let seen = hand(&store).await.load().await;
        assert!(matches!(seen, Err(JournalError::Damaged { .. })), "page {changed} changed: {seen:?}");
    }
    let (store, other) = (three_pages().await, three_pages().await);
    let foreign = other.get(&page(3)).await.unwrap().bytes().await.unwrap();
    store.put(&page(3), foreign.into()).await.unwrap();
    let seen = hand(&store).await.load().await;
    assert!(matches!(seen, Err(JournalError::Damaged { seq: 3, .. })), "a page of another journal: {seen:?}");
}

#[tokio::test]
async fn a_stray_object_is_named() {
    let store = three_pages().await;
    store.put(&Path::from("team/journal/notes.json"), "{}".into()).await.unwrap();
    let error = hand(&store).await.load().await.unwrap_err().to_string();
    assert!(error.contains("team/journal/notes.json: it is no page of a journal"), "{error}");
}

#[tokio::test]
async fn without_its_lease_a_journal_still_knows_its_generation() {
    let store = three_pages().await;
    store.delete(&Path::from("team/lease.json")).await.unwrap();
    let taken = hand(&store).await.take(&claim("ben", 0)).await.unwrap();
    assert_eq!(taken.generation, 2);
}

#[tokio::test]
async fn a_page_of_a_later_orgkit_is_not_called_damage() {
    let store = three_pages().await;
    store.put(&page(4), r#"{"format":9}"#.into()).await.unwrap();
    let seen = hand(&store).await.load().await;
    assert!(matches!(seen, Err(JournalError::Newer { found: 9, known: 1, .. })), "{seen:?}");
}

#[tokio::test]
async fn records_that_cannot_come_next_are_refused() {
    let store = three_pages().await;
    let mut journal = hand(&store).await;
    let lease = journal.take(&claim("ben", 0)).await.unwrap();
    let before = journal.load().await.unwrap();
    for wrong in [next_records(&before[..2], lease.generation, "ben", 1), next_records(&before, lease.generation - 1, "ben", 1)] {
        let refused = journal.append(&wrong).await;
        assert!(matches!(refused, Err(JournalError::Refused { .. })), "{refused:?}");
    }
    journal.append(&next_records(&before, lease.generation, "ben", 1)).await.unwrap();
}
