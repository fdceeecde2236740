//! A store that other hands reach between any two steps, and whose replies get lost.

use crate::common::Dice;
use futures_util::stream::BoxStream;
use object_store::memory::InMemory;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore, PutMode, PutMultipartOptions,
    PutOptions, PutPayload, PutResult, Result,
};
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Mutex;
use std::task::{Context, Poll};

/// What a store does not keep, for tests that must see it refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ignores {
    /// It honours everything.
    Nothing,
    /// It writes whatever is there.
    IfNoneMatch,
    /// It writes over every version.
    IfMatch,
}

/// The store.
#[derive(Debug)]
pub(crate) struct Rough {
    inner: InMemory,
    dice: Mutex<Dice>,
    /// One request of so many is lost in some way; none for 0.
    lost: u64,
    /// Writes whose replies were lost and that come later.
    late: Mutex<Vec<(Path, PutPayload, PutOptions)>>,
    ignores: Ignores,
}

/// What becomes of a request.
enum Fate {
    Answered,
    NeverCame,
    ReplyLost,
    ComesLater,
}

type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

impl Rough {
    /// A store that loses one request of `lost`.
    pub(crate) fn new(seed: u64, lost: u64) -> Self {
        Self { inner: InMemory::new(), dice: Mutex::new(Dice(seed)), lost, late: Mutex::default(), ignores: Ignores::Nothing }
    }

    /// A store that ignores a condition.
    pub(crate) fn ignoring(ignores: Ignores) -> Self {
        Self { ignores, ..Self::new(0, 0) }
    }

    fn fate(&self) -> Fate {
        let mut dice = self.dice.lock().unwrap();
        if self.lost == 0 || !dice.once_in(self.lost) {
            return Fate::Answered;
        }
        match dice.below(3) {
            0 => Fate::NeverCame,
            1 => Fate::ReplyLost,
            _ => Fate::ComesLater,
        }
    }

    /// Lets others run for a while, then lets late writes come in.
    async fn pass(&self) {
        let steps = self.dice.lock().unwrap().below(4);
        for _ in 0..steps {
            Yield(false).await;
        }
        let late: Vec<_> = {
            let (mut dice, mut late) = (self.dice.lock().unwrap(), self.late.lock().unwrap());
            if dice.once_in(3) { late.drain(..).collect() } else { Vec::new() }
        };
        for (path, payload, options) in late {
            drop(self.inner.put_opts(&path, payload, options).await);
        }
    }
}

fn lost() -> Error {
    Error::Generic { store: "rough", source: "the reply was lost".into() }
}

impl fmt::Display for Rough {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("rough")
    }
}

impl ObjectStore for Rough {
    fn put_opts<'a, 'b, 'c>(&'a self, path: &'b Path, payload: PutPayload, mut options: PutOptions) -> Boxed<'c, Result<PutResult>>
    where
        'a: 'c,
        'b: 'c,
        Self: 'c,
    {
        Box::pin(async move {
            self.pass().await;
            match (&options.mode, self.ignores) {
                (PutMode::Create, Ignores::IfNoneMatch) | (PutMode::Update(_), Ignores::IfMatch) => options.mode = PutMode::Overwrite,
                _ => {}
            }
            let result = match self.fate() {
                Fate::Answered => self.inner.put_opts(path, payload, options).await,
                Fate::NeverCame => Err(lost()),
                Fate::ReplyLost => {
                    drop(self.inner.put_opts(path, payload, options).await);
                    Err(lost())
                }
                Fate::ComesLater => {
                    self.late.lock().unwrap().push((path.clone(), payload, options));
                    Err(lost())
                }
            };
            self.pass().await;
            result
        })
    }

    fn get_opts<'a, 'b, 'c>(&'a self, path: &'b Path, options: GetOptions) -> Boxed<'c, Result<GetResult>>
    where
        'a: 'c,
        'b: 'c,
        Self: 'c,
    {
        Box::pin(async move {
            self.pass().await;
            let result = match self.fate() {
                Fate::Answered => self.inner.get_opts(path, options).await,
                _ => Err(lost()),
            };
            self.pass().await;
            result
        })
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        match self.fate() {
            Fate::NeverCame => Box::pin(futures_util::stream::iter([Err(lost())])),
            _ => self.inner.list(prefix),
        }
    }

    fn list_with_delimiter<'a, 'b, 'c>(&'a self, prefix: Option<&'b Path>) -> Boxed<'c, Result<ListResult>>
    where
        'a: 'c,
        'b: 'c,
        Self: 'c,
    {
        self.inner.list_with_delimiter(prefix)
    }

    fn put_multipart_opts<'a, 'b, 'c>(&'a self, path: &'b Path, options: PutMultipartOptions) -> Boxed<'c, Result<Box<dyn MultipartUpload>>>
    where
        'a: 'c,
        'b: 'c,
        Self: 'c,
    {
        self.inner.put_multipart_opts(path, options)
    }

    fn delete_stream(&self, paths: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(paths)
    }

    fn copy_opts<'a, 'b, 'd, 'c>(&'a self, from: &'b Path, to: &'d Path, options: CopyOptions) -> Boxed<'c, Result<()>>
    where
        'a: 'c,
        'b: 'c,
        'd: 'c,
        Self: 'c,
    {
        self.inner.copy_opts(from, to, options)
    }
}

/// Gives way once.
struct Yield(bool);

impl Future for Yield {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if std::mem::replace(&mut self.0, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }
}
