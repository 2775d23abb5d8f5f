//! JUnit's XML, a test suite for each suite and model.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::escaped;
use crate::record::{Record, Verdict};

/// As JUnit writes it.
#[must_use]
pub fn junit(records: &[Record]) -> String {
    let mut groups: BTreeMap<(&str, &str), Vec<&Record>> = BTreeMap::new();
    for record in records {
        groups.entry((&record.suite, &record.about.model)).or_default().push(record);
    }
    let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    for ((suite, model), records) in groups {
        let count = |verdict| records.iter().filter(|record| record.verdict == verdict).count();
        let name = escaped(&format!("{suite} ({model})"));
        let (failures, errors) = (count(Verdict::Failed), count(Verdict::Error));
        let ms: u64 = records.iter().map(|record| record.ms).sum();
        let _ = writeln!(
            xml,
            "  <testsuite name=\"{name}\" tests=\"{}\" failures=\"{failures}\" errors=\"{errors}\" time=\"{}\">",
            records.len(),
            seconds(ms)
        );
        records.iter().for_each(|record| case(&mut xml, record));
        xml.push_str("  </testsuite>\n");
    }
    xml.push_str("</testsuites>\n");
    xml
}

fn case(xml: &mut String, record: &Record) {
    let repeat = if record.repeat > 1 { format!(" #{}", record.repeat) } else { String::new() };
    let name = escaped(&format!("{}{repeat}", record.test));
    let (class, time) = (escaped(&record.suite), seconds(record.ms));
    let _ = write!(xml, "    <testcase classname=\"{class}\" name=\"{name}\" time=\"{time}\"");
    let kind = match record.verdict {
        Verdict::Passed => return xml.push_str("/>\n"),
        Verdict::Failed => "failure",
        Verdict::Error => "error",
    };
    let message = escaped(&record.wrong().join("; "));
    let said: Vec<String> = record.turns.iter().map(|turn| format!("> {}\n{}", turn.say, turn.answer)).collect();
    let _ =
        writeln!(xml, ">\n      <{kind} message=\"{message}\">{}</{kind}>\n    </testcase>", escaped(&said.join("\n")));
}

fn seconds(ms: u64) -> String {
    format!("{}.{:03}", ms / 1000, ms % 1000)
}
