//! Polling by hand: a run is one future on one thread, and dropping it is how its process dies.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};

/// A waker that does nothing: whoever polls comes again anyway.
struct Idle;

impl Wake for Idle {
    fn wake(self: Arc<Self>) {}
}

/// Polls once.
pub(crate) fn poll_once<T>(future: Pin<&mut dyn Future<Output = T>>) -> Poll<T> {
    let waker = Waker::from(Arc::new(Idle));
    future.poll(&mut Context::from_waker(&waker))
}

/// The output of a future that waits for nothing but itself: everything in it is ready in the end.
pub(crate) fn now_or_never<T>(future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = poll_once(future.as_mut()) {
            return output;
        }
    }
}

/// Gives way once, so that whoever polls can do something in between.
#[derive(Debug, Default)]
pub(crate) struct Yield {
    yielded: bool,
}

impl Future for Yield {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.yielded {
            return Poll::Ready(());
        }
        self.yielded = true;
        context.waker().wake_by_ref();
        Poll::Pending
    }
}
