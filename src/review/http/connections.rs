//! Connections that do not eat the server: so many from one address, and none that says nothing.

use std::future::{Ready, ready};
use std::io::{self, IoSlice};
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum_server::Server;
use axum_server::accept::Accept;
use hyper_util::rt::TokioTimer;
use rustc_hash::FxHashMap;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

/// How long the head of a request may take to come, and how long a connection may be idle before the next.
const LONGEST_HEAD: Duration = Duration::from_secs(10);

/// Open connections from one address. A browser opens six; behind a proxy all officers come from one address.
const MOST_FROM_ONE: usize = 128;

/// A server that ends connections that say nothing, and speaks HTTP/1 alone.
pub(super) fn limited<A>(server: Server<SocketAddr, A>) -> Server<SocketAddr, A> {
    let mut server = server.http1_only();
    server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(LONGEST_HEAD);
    server
}

/// Takes connections, but not too many from one address.
#[derive(Clone, Debug, Default)]
pub(super) struct FromEach {
    open: Arc<Mutex<FxHashMap<IpAddr, usize>>>,
}

impl FromEach {
    /// A place for one more; `None` where the address has them all.
    fn place(&self, address: IpAddr) -> Option<Place> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(address).or_default();
        if *count >= MOST_FROM_ONE {
            return None;
        }
        *count += 1;
        Some(Place { all: self.clone(), address })
    }
}

/// A place that a connection holds until it ends.
#[derive(Debug)]
struct Place {
    all: FromEach,
    address: IpAddr,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.all.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.address);
            }
        }
    }
}

impl<S> Accept<TcpStream, S> for FromEach {
    type Stream = Placed;
    type Service = S;
    type Future = Ready<io::Result<(Placed, S)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        ready(stream.peer_addr().and_then(|peer| {
            let place = self.place(peer.ip()).ok_or(io::ErrorKind::QuotaExceeded)?;
            // Answers are whole: nothing is to be waited for.
            stream.set_nodelay(true)?;
            Ok((Placed { stream, _place: place }, service))
        }))
    }
}

/// A connection with its place.
#[derive(Debug)]
pub(super) struct Placed {
    stream: TcpStream,
    _place: Place,
}

impl Placed {
    fn stream(self: Pin<&mut Self>) -> Pin<&mut TcpStream> {
        Pin::new(&mut self.get_mut().stream)
    }
}

impl AsyncRead for Placed {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.stream().poll_read(context, buffer)
    }
}

impl AsyncWrite for Placed {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.stream().poll_write(context, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.stream().poll_write_vectored(context, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.stream().poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_so_many_places_and_gets_them_back() {
        let all = FromEach::default();
        let [one, other] = [[10, 0, 0, 1], [10, 0, 0, 2]].map(IpAddr::from);
        let mut held: Vec<Place> = (0..MOST_FROM_ONE).map(|_| all.place(one).unwrap()).collect();
        assert!(all.place(one).is_none());
        assert!(all.place(other).is_some());
        held.pop();
        held.push(all.place(one).unwrap());
        assert!(all.place(one).is_none());
        drop(held);
        assert!(all.open.lock().unwrap().is_empty());
    }
}
