//! What depends on the whole process: the tests run themselves in one of their own, told by a
//! variable that they are there.

use std::process::Command;

use inrush_writers::{ObjectStore, ObjectStoreOptions};

use super::server::{BUCKET, Server};

/// Runs the test `name`, with its modules, in a process of its own, with these variables.
pub(super) fn in_process_of_its_own(name: &str, variables: &[(&str, String)]) {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(CHILD, name)
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.contains("1 passed"), "{said}");
}

const CHILD: &str = "INRUSH_TEST_CHILD";

/// Whether this process is there for the test `name`.
pub(super) fn is_child(name: &str) -> bool {
    std::env::var(CHILD).is_ok_and(|child| child == name)
}

#[test]
fn the_variables_of_aws_are_taken_from_the_process() {
    let name = "objects::process::the_variables_of_aws_are_taken_from_the_process";
    if is_child(name) {
        let url = format!("s3://{BUCKET}/run");
        let store = ObjectStore::open(&url, ObjectStoreOptions::default()).unwrap();
        store.put("object", b"bytes".to_vec()).unwrap();
        return;
    }
    let server = Server::new();
    in_process_of_its_own(name, &server.environment());
    assert_eq!(server.bytes("object").as_deref(), Some(&b"bytes"[..]));

    // The endpoint of S3 alone counts before that of all services, and an empty token is none.
    let server = Server::new();
    let mut variables = server.environment().to_vec();
    let (endpoint, address) = variables.pop().unwrap();
    assert_eq!(endpoint, "AWS_ENDPOINT_URL");
    variables.push(("AWS_ENDPOINT_URL_S3", address));
    variables.push(("AWS_ENDPOINT_URL", "https://127.0.0.1:1".to_owned()));
    variables.push(("AWS_SESSION_TOKEN", String::new()));
    in_process_of_its_own(name, &variables);
    assert_eq!(server.bytes("object").as_deref(), Some(&b"bytes"[..]));
}
