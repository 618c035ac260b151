//! Several items at the same time, and what came of each told by the caller's own thread.

use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use super::desk::DeskError;

/// Does `work` for each item, `at_once` at the same time, and calls `done` with each result as it comes.
///
/// After `done` fails no further item is begun; what was begun ends and is told too, because it was sent. The first
/// error is the answer.
pub(super) fn side_by_side<T: Sync, R: Send>(
    items: &[T],
    at_once: NonZeroUsize,
    work: impl Fn(&T) -> R + Sync,
    mut done: impl FnMut(&T, R) -> Result<(), DeskError>,
) -> Result<(), DeskError> {
    let next = AtomicUsize::new(0);
    let is_stopped = AtomicBool::new(false);
    let mut answer = Ok(());
    thread::scope(|scope| {
        let (tell, told) = mpsc::channel();
        for _ in 0..at_once.get().min(items.len()) {
            let tell = tell.clone();
            let (next, is_stopped, work) = (&next, &is_stopped, &work);
            scope.spawn(move || {
                while !is_stopped.load(Ordering::Relaxed) {
                    let Some(item) = items.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
                    let _ = tell.send((item, work(item)));
                }
            });
        }
        drop(tell);
        for (item, result) in told {
            let told = done(item, result);
            if told.is_err() {
                is_stopped.store(true, Ordering::Relaxed);
            }
            answer = std::mem::replace(&mut answer, Ok(())).and(told);
        }
    });
    answer
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_item_is_done_once_and_told() {
        let items: Vec<u32> = (0..50).collect();
        let mut told = Vec::new();
        let at_once = NonZeroUsize::new(4).unwrap();
        side_by_side(
            &items,
            at_once,
            |item| item * 2,
            |item, result| {
                told.push((*item, result));
                Ok(())
            },
        )
        .unwrap();
        told.sort_unstable();
        assert_eq!(told, items.iter().map(|item| (*item, item * 2)).collect::<Vec<_>>());
    }

    #[test]
    fn after_an_error_nothing_is_begun_and_the_first_error_is_the_answer() {
        let items: Vec<u32> = (0..1_000).collect();
        let mut told = 0;
        let error = side_by_side(
            &items,
            NonZeroUsize::MIN,
            |_| thread::sleep(std::time::Duration::from_millis(2)),
            |item, ()| {
                told += 1;
                Err(DeskError::new(format!("e{item}")))
            },
        );
        assert_eq!(error, Err(DeskError::new("e0")));
        assert!(told < items.len(), "{told}");
    }
}
