//! An S3 server in this process, that fails when it is told to.
//!
//! Requests reach `s3s-fs`, which keeps objects and parts as files, through a layer that knows
//! which operation each is: it writes it down, and asks a plan what is to become of it.

use std::fs;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Frame, Incoming};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use inrush_writers::{Environment, ObjectStore, ObjectStoreOptions};
use s3s::Body;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use s3s_fs::FileSystem;
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::watch;

/// What a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Put,
    Begin,
    /// From 1.
    Part(usize),
    Complete,
    Abort,
    Head,
    Get,
    List,
    Delete,
}

/// What becomes of a request.
#[derive(Clone)]
pub(crate) enum Fate {
    Pass,
    /// It is read, and answered with this status, and this `Retry-After`.
    Answer(u16, Option<&'static str>),
    /// The connection ends before an answer.
    Reset,
    /// It is done, and then the connection ends before an answer.
    LoseAnswer,
    /// It is done, and the connection ends after so many bytes of the answer.
    CutAnswer(usize),
    /// It is read and answered as if it had been done, by less work than `s3s` takes.
    Swallow,
    /// It goes on when the gate opens.
    WaitFor(Gate),
}

/// Opens once, for all who wait and all who come.
#[derive(Clone)]
pub(crate) struct Gate(Arc<watch::Sender<bool>>);

impl Gate {
    pub(crate) fn new() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }

    pub(crate) fn open(&self) {
        self.0.send_replace(true);
    }

    async fn passed(&self) {
        // The sender lives in `self`, so this ends only by an opening.
        let _ = self.0.subscribe().wait_for(|&open| open).await;
    }
}

/// Decides by the operation and by how many of the same came before it.
type Plan = dyn Fn(Operation, usize) -> Fate + Send + Sync;

struct Shared {
    plan: Box<Plan>,
    log: Mutex<Vec<Operation>>,
    parts: Mutex<Parts>,
    /// Tells of every change of the two above.
    changed: watch::Sender<()>,
    service: S3Service,
}

/// The parts that the server has in its hands.
#[derive(Default)]
struct Parts {
    now: usize,
    most: usize,
    ended: usize,
}

pub(crate) const KEY: &str = "AKIAEXAMPLE";
pub(crate) const SECRET: &str = "not-a-secret";
pub(crate) const BUCKET: &str = "bucket";

/// A server with one empty bucket, which ends when it is dropped.
pub(crate) struct Server {
    root: TempDir,
    address: SocketAddr,
    shared: Arc<Shared>,
    runtime: tokio::runtime::Runtime,
}

impl Server {
    /// One that does as it is asked.
    pub(crate) fn new() -> Self {
        Self::with_plan(|_, _| Fate::Pass)
    }

    pub(crate) fn with_plan(
        plan: impl Fn(Operation, usize) -> Fate + Send + Sync + 'static,
    ) -> Self {
        let root = TempDir::new().unwrap();
        fs::create_dir(root.path().join(BUCKET)).unwrap();
        let mut builder = S3ServiceBuilder::new(FileSystem::new(root.path()).unwrap());
        builder.set_auth(SimpleAuth::from_single(KEY, SECRET));
        let shared = Arc::new(Shared {
            plan: Box::new(plan),
            log: Mutex::default(),
            parts: Mutex::default(),
            changed: watch::Sender::new(()),
            service: builder.build(),
        });
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("server")
            .enable_all()
            .build()
            .unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(serve(listener, shared.clone()));
        Self { root, address, shared, runtime }
    }

    /// What a client of this server has to know.
    pub(crate) fn environment(&self) -> [(&'static str, String); 4] {
        [
            ("AWS_ACCESS_KEY_ID", KEY.to_owned()),
            ("AWS_SECRET_ACCESS_KEY", SECRET.to_owned()),
            ("AWS_REGION", "us-east-1".to_owned()),
            ("AWS_ENDPOINT_URL", format!("http://{}", self.address)),
        ]
    }

    /// Options for tests: the smallest parts, short waits.
    pub(crate) fn options(&self) -> ObjectStoreOptions {
        ObjectStoreOptions {
            part_bytes: PART,
            max_in_flight: 4,
            backoff_base: Duration::from_millis(1),
            backoff_cap: Duration::from_millis(2),
            environment: Environment::from_iter(self.environment()),
            ..ObjectStoreOptions::default()
        }
    }

    pub(crate) fn store(&self) -> ObjectStore {
        self.store_with(|_| ())
    }

    pub(crate) fn store_with(&self, change: impl FnOnce(&mut ObjectStoreOptions)) -> ObjectStore {
        let mut options = self.options();
        change(&mut options);
        ObjectStore::open(&format!("s3://{BUCKET}/run"), options).unwrap()
    }

    /// The bytes of an object, as they lie there.
    pub(crate) fn bytes(&self, name: &str) -> Option<Vec<u8>> {
        fs::read(self.root.path().join(BUCKET).join("run").join(name)).ok()
    }

    /// The names of the objects, and of the uploads that were begun and not ended.
    pub(crate) fn names(&self) -> Vec<String> {
        let mut names = entries(&self.root.path().join(BUCKET).join("run"));
        names.extend(self.open_uploads());
        names.sort();
        names
    }

    pub(crate) fn open_uploads(&self) -> Vec<String> {
        let mut names = entries(self.root.path());
        names.retain(|name| name.starts_with(".upload-"));
        names
    }

    /// The operations so far, in the order in which they came.
    pub(crate) fn log(&self) -> Vec<Operation> {
        self.shared.log.lock().unwrap().clone()
    }

    pub(crate) fn count(&self, operation: Operation) -> usize {
        self.log().into_iter().filter(|&logged| logged == operation).count()
    }

    /// The most parts that were on their way at once.
    pub(crate) fn most_parts_at_once(&self) -> usize {
        self.shared.parts.lock().unwrap().most
    }

    /// Returns when `n` of these operations have come.
    pub(crate) fn wait_for(&self, n: usize, operation: impl Fn(Operation) -> bool) {
        let log = &self.shared.log;
        let count = || log.lock().unwrap().iter().filter(|&&logged| operation(logged)).count();
        self.wait_until(|| count() >= n);
    }

    /// Returns when the server has done with `n` parts.
    pub(crate) fn wait_for_parts_ended(&self, n: usize) {
        self.wait_until(|| self.shared.parts.lock().unwrap().ended >= n);
    }

    fn wait_until(&self, condition: impl Fn() -> bool) {
        let mut changed = self.shared.changed.subscribe();
        let met = async { changed.wait_for(|()| condition()).await.map(drop) };
        self.runtime.block_on(met).unwrap();
    }
}

/// The smallest part that S3 takes.
pub(crate) const PART: usize = 5 << 20;

fn entries(folder: &std::path::Path) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        let shared = shared.clone();
        tokio::spawn(async move {
            let service = service_fn(move |request| answer(shared.clone(), request));
            // A connection that breaks is part of the plan.
            let _ = hyper::server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .serve_connection(TokioIo::new(stream), service)
                .await;
        });
    }
}

async fn answer(shared: Arc<Shared>, request: Request<Incoming>) -> io::Result<Response<Body>> {
    let operation = operation_of(&request);
    let nth = {
        let mut log = shared.log.lock().unwrap();
        let nth = log.iter().filter(|&&logged| logged == operation).count();
        log.push(operation);
        nth
    };
    shared.changed.send_replace(());
    let _counted = matches!(operation, Operation::Part(_)).then(|| InHand::new(shared.clone()));
    let fate = (shared.plan)(operation, nth);
    if !request.uri().path().starts_with(&format!("/{BUCKET}")) {
        return Ok(refusal(StatusCode::NOT_FOUND, "NoSuchBucket", None));
    }
    match fate {
        Fate::Pass => Ok(pass(&shared, request).await),
        Fate::Answer(status, retry_after) => {
            let _ = request.into_body().collect().await;
            let status = StatusCode::from_u16(status).unwrap();
            Ok(refusal(status, "Planned", retry_after))
        }
        Fate::Swallow => {
            let mut body = request.into_body();
            while let Some(frame) = body.frame().await {
                if frame.is_err() {
                    return Err(io::ErrorKind::ConnectionReset.into());
                }
            }
            let done =
                "<CompleteMultipartUploadResult><ETag>tag</ETag></CompleteMultipartUploadResult>";
            Ok(Response::builder()
                .header("etag", "\"tag\"")
                .body(Body::from(done.to_owned()))
                .unwrap())
        }
        Fate::Reset => Err(io::ErrorKind::ConnectionReset.into()),
        Fate::LoseAnswer => {
            pass(&shared, request).await;
            Err(io::ErrorKind::ConnectionReset.into())
        }
        Fate::CutAnswer(len) => {
            let (head, body) = pass(&shared, request).await.into_parts();
            let whole = body.collect().await.map_err(io::Error::other)?.to_bytes();
            Ok(Response::from_parts(head, Body::http_body(Cut(Some(whole.slice(..len))))))
        }
        Fate::WaitFor(gate) => {
            gate.passed().await;
            Ok(pass(&shared, request).await)
        }
    }
}

/// Counts a part as long as it lives.
struct InHand(Arc<Shared>);

impl InHand {
    fn new(shared: Arc<Shared>) -> Self {
        let mut parts = shared.parts.lock().unwrap();
        parts.now += 1;
        parts.most = parts.most.max(parts.now);
        drop(parts);
        Self(shared)
    }
}

impl Drop for InHand {
    fn drop(&mut self) {
        let mut parts = self.0.parts.lock().unwrap();
        parts.now -= 1;
        parts.ended += 1;
        drop(parts);
        self.0.changed.send_replace(());
    }
}

/// Some bytes, and then an error.
struct Cut(Option<Bytes>);

impl hyper::body::Body for Cut {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let next = self.0.take().map(Frame::data);
        Poll::Ready(Some(next.ok_or_else(|| io::ErrorKind::ConnectionReset.into())))
    }
}

async fn pass(shared: &Shared, request: Request<Incoming>) -> Response<Body> {
    match shared.service.call(request.map(Body::from)).await {
        Ok(response) => response,
        Err(error) => panic!("the server failed by itself: {error:?}"),
    }
}

fn refusal(status: StatusCode, code: &str, retry_after: Option<&str>) -> Response<Body> {
    let body = format!("<Error><Code>{code}</Code><Message>As planned.</Message></Error>");
    let mut response = Response::builder().status(status);
    if let Some(retry_after) = retry_after {
        response = response.header("retry-after", retry_after);
    }
    response.body(Body::from(body)).unwrap()
}

fn operation_of<B>(request: &Request<B>) -> Operation {
    let query = request.uri().query().unwrap_or_default();
    let value_of = |key: &str| {
        query.split('&').find_map(|pair| match pair.split_once('=') {
            Some((name, value)) => (name == key).then_some(value),
            None => (pair == key).then_some(""),
        })
    };
    match (request.method(), value_of("uploadId"), value_of("partNumber")) {
        (&Method::PUT, _, Some(number)) => Operation::Part(number.parse().unwrap()),
        (&Method::PUT, ..) => Operation::Put,
        (&Method::POST, None, _) if value_of("uploads").is_some() => Operation::Begin,
        (&Method::POST, ..) => Operation::Complete,
        (&Method::DELETE, Some(_), _) => Operation::Abort,
        (&Method::DELETE, ..) => Operation::Delete,
        (&Method::HEAD, ..) => Operation::Head,
        (&Method::GET, ..) if value_of("list-type").is_some() => Operation::List,
        (&Method::GET, ..) => Operation::Get,
        (method, ..) => panic!("no operation that this crate asks for: {method} {query}"),
    }
}
