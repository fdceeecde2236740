//! What is said of a world file that describes detection wrongly.

use super::*;

/// What is said of the detection estate with one text replaced by another.
fn said(from: &str, to: &str) -> String {
    let good = include_str!("detection.toml");
    assert!(good.contains(from), "`{from}` is not in the file");
    match WorldFile::parse("detection.toml", &good.replacen(from, to, 1)) {
        Ok(_) => "nothing".to_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn detection_fits_together() {
    for (from, to, expected) in [
        (
            "administrator = \"444444444444\"",
            "administrator = \"101010101010\"",
            "account `101010101010` is not in organization `o-old0000000`",
        ),
        ("administrator = \"444444444444\"", "administrator = \"111111111111\"", "administrator `111111111111` is the management account"),
        ("services = [\"guardduty\", \"securityhub\"]", "services = []", "`services` is empty"),
        ("services = [\"guardduty\", \"securityhub\"]", "services = [\"inspector2\"]", "`inspector2.amazonaws.com` is described twice"),
        ("services = [\"guardduty\", \"securityhub\"]", "services = [\"guardduti\"]", "unknown value `guardduti`"),
        ("auto_enable = \"ALL\"", "auto_enable = \"SOME\"", "unknown value `SOME`"),
        ("regions = [\"us-east-1\"]\n\n[[organizations.del", "regions = [\"x\"]\n\n[[organizations.del", "region `x` is not in the file"),
        ("except = [\"555555555555\"]", "except = [\"888888888888\"]", "account `888888888888` is not in organization `o-old0000000`"),
        (
            "services = [\"access-analyzer.amazonaws.com\"]",
            "services = [\"access-analyzer.amazonaws.com\"]\n\n[[organizations.delegated_administrators]]\naccount = \"101010101010\"\nservices = [\"guardduty.amazonaws.com\"]",
            "delegated administrator `101010101010` is listed twice",
        ),
        ("type = \"ACCOUNT\"", "type = \"ORGANIZATION\"", "analyzer `own` is of an organization, but account `888888888888` is in none"),
        ("aggregator = \"us-east-1\"", "aggregator = \"us-east-1\", regions = [\"eu-west-1\"]", "region `us-east-1` is not in the file"),
        ("aggregator = \"us-east-1\"", "aggregator = \"us-east-9\"", "region `us-east-9` is not in the file"),
    ] {
        assert!(said(from, to).contains(expected), "{from} -> {to}: {}", said(from, to));
    }
}

#[test]
fn a_service_has_one_delegated_administrator() {
    let second = "account = \"101010101010\"\nservices = [\"access-analyzer.amazonaws.com\"]";
    let other = "account = \"131313131313\"\nservices = [\"guardduty.amazonaws.com\"]";
    let account = "[[accounts]]\nid = \"131313131313\"\nname = \"x\"\norganization = \"o-new0000000\"\nage_days = 3\n";
    let text = include_str!("detection.toml").replacen(second, other, 1) + account;
    let error = WorldFile::parse("detection.toml", &text).unwrap_err();
    assert!(error.to_string().contains("`guardduty.amazonaws.com` is administered by `101010101010` and by `131313131313`"), "{error}");
}

#[test]
fn the_file_survives_its_own_form() {
    let file = WorldFile::parse("detection.toml", include_str!("detection.toml")).unwrap();
    assert_eq!(WorldFile::parse("again.toml", &file.to_toml()).unwrap(), file);
}
