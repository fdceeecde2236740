//! CloudTrail files to measure with: records of the sizes and the variety that trails have.

use crate::TaskError;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

/// The account whose trail it is.
pub(super) const ACCOUNT: &str = "300000000001";

/// Files, records in each, and bytes of JSON.
pub(super) struct Written {
    pub(super) records: u64,
    pub(super) bytes: u64,
}

/// Source, operation, request parameters; `~` is replaced by a number that varies.
const EVENTS: &[(&str, &str, &str)] = &[
    (
        "ec2",
        "DescribeInstances",
        r#"{"maxResults":1000,"instancesSet":{},"filterSet":{"items":[{"name":"tag:team","valueSet":{"items":[{"value":"shop-~"}]}}]}}"#,
    ),
    ("ec2", "DescribeVolumes", r#"{"volumeSet":{"items":[{"volumeId":"vol-0a1b2c3d4e5f~"}]},"filterSet":{}}"#),
    (
        "ec2",
        "RunInstances",
        r#"{"instancesSet":{"items":[{"imageId":"ami-0abc~","minCount":1,"maxCount":1}]},"instanceType":"m6i.large","monitoring":{"enabled":true},"disableApiTermination":false}"#,
    ),
    (
        "s3",
        "GetObject",
        r#"{"bucketName":"shop-data","Host":"shop-data.s3.eu-west-1.amazonaws.com","key":"orders/2026/10/part-~.parquet"}"#,
    ),
    (
        "s3",
        "PutObject",
        r#"{"bucketName":"shop-events","Host":"shop-events.s3.eu-west-1.amazonaws.com","key":"raw/~.json.gz","x-amz-server-side-encryption":"aws:kms"}"#,
    ),
    ("s3", "ListObjects", r#"{"bucketName":"shop-data","Host":"shop-data.s3.eu-west-1.amazonaws.com","list-type":"2","prefix":"orders/"}"#),
    (
        "kms",
        "Decrypt",
        r#"{"encryptionContext":{"aws:s3:arn":"arn:aws:s3:::shop-data/orders/~"},"encryptionAlgorithm":"SYMMETRIC_DEFAULT"}"#,
    ),
    (
        "kms",
        "GenerateDataKey",
        r#"{"encryptionContext":{"aws:s3:arn":"arn:aws:s3:::shop-events/~"},"keySpec":"AES_256","keyId":"arn:aws:kms:eu-west-1:300000000001:key/11112222-3333-4444-5555-666677778888"}"#,
    ),
    ("sts", "AssumeRole", r#"{"roleArn":"arn:aws:iam::300000000001:role/worker-~","roleSessionName":"worker","durationSeconds":3600}"#),
    ("sts", "GetCallerIdentity", "null"),
    ("logs", "CreateLogStream", r#"{"logGroupName":"/aws/lambda/shop-~","logStreamName":"2026/10/05/[$LATEST]0123456789abcdef"}"#),
    ("dynamodb", "GetItem", r#"{"tableName":"orders-~","key":{"id":"HIDDEN_DUE_TO_SECURITY_REASONS"},"consistentRead":true}"#),
    ("iam", "GetRole", r#"{"roleName":"platform-~"}"#),
    ("iam", "ListAttachedRolePolicies", r#"{"roleName":"worker-~"}"#),
    ("lambda", "GetFunction20150331v2", r#"{"functionName":"shop-~"}"#),
    ("sqs", "ReceiveMessage", r#"{"queueUrl":"https://sqs.eu-west-1.amazonaws.com/300000000001/orders-~","maxNumberOfMessages":10}"#),
    ("monitoring", "PutMetricAlarm", r#"{"alarmName":"cpu-~","metricName":"CPUUtilization","namespace":"AWS/EC2","threshold":80}"#),
    ("bedrock", "InvokeModel", r#"{"modelId":"anthropic.claude-v2:1"}"#),
    ("ssm", "GetParameter", r#"{"name":"/shop/~/password","withDecryption":true}"#),
    ("secretsmanager", "GetSecretValue", r#"{"secretId":"arn:aws:secretsmanager:eu-west-1:300000000001:secret:shop-~"}"#),
];

/// Writes files in CloudTrail's layout below a folder.
pub(super) fn write(folder: &Path, files: u32, records: u32) -> Result<Written, TaskError> {
    let mut random = Random(7);
    let mut written = Written { records: 0, bytes: 0 };
    for file in 0..files {
        let day = folder.join(format!("AWSLogs/{ACCOUNT}/CloudTrail/eu-west-1/2026/10/{:02}", 1 + file % 28));
        std::fs::create_dir_all(&day).map_err(TaskError::file("make", &day))?;
        let mut text = String::from("{\"Records\":[");
        for number in 0..records {
            if number > 0 {
                text.push(',');
            }
            record(&mut text, &mut random, file);
        }
        text.push_str("]}");
        let path = day.join(format!("{ACCOUNT}_CloudTrail_eu-west-1_{file:04}.json.gz"));
        let failed = || TaskError::file("write", &path);
        let mut packer = GzEncoder::new(Vec::new(), Compression::default());
        packer.write_all(text.as_bytes()).map_err(failed())?;
        std::fs::write(&path, packer.finish().map_err(failed())?).map_err(failed())?;
        written.records += u64::from(records);
        written.bytes += text.len() as u64;
    }
    Ok(written)
}

/// One record of 1.5 to 2 KB.
fn record(text: &mut String, random: &mut Random, file: u32) {
    let (source, name, parameters) = EVENTS[random.below(EVENTS.len())];
    let parameters = parameters.replace('~', &format!("{:03}", random.below(200)));
    let role = format!("{}-{:02}", ["worker", "deploy", "platform", "reader"][random.below(4)], random.below(10));
    let region = if random.below(20) == 0 { "us-east-1" } else { "eu-west-1" };
    let (id, session) = (random.guid(), random.below(100_000));
    let (hour, minute, second) = (random.below(24), random.below(60), random.below(60));
    let time = format!("2026-10-{:02}T{hour:02}:{minute:02}:{second:02}Z", 1 + file % 28);
    let resources = match source {
        "s3" => format!(
            r#","resources":[{{"type":"AWS::S3::Object","ARN":"arn:aws:s3:::shop-data/orders/part-{session}"}},{{"accountId":"{ACCOUNT}","type":"AWS::S3::Bucket","ARN":"arn:aws:s3:::shop-data"}}]"#
        ),
        "kms" => format!(
            r#","resources":[{{"accountId":"{ACCOUNT}","type":"AWS::KMS::Key","ARN":"arn:aws:kms:{region}:{ACCOUNT}:key/11112222-3333-4444-5555-666677778888"}}]"#
        ),
        _ => String::new(),
    };
    // Writing to a string does not fail.
    let _ = write!(
        text,
        r#"{{"eventVersion":"1.11","userIdentity":{{"type":"AssumedRole","principalId":"AROAEXAMPLE{role}:session-{session}","arn":"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/session-{session}","accountId":"{ACCOUNT}","accessKeyId":"ASIAEXAMPLE{session:09}","sessionContext":{{"sessionIssuer":{{"type":"Role","principalId":"AROAEXAMPLE{role}","arn":"arn:aws:iam::{ACCOUNT}:role/{role}","accountId":"{ACCOUNT}","userName":"{role}"}},"attributes":{{"creationDate":"{time}","mfaAuthenticated":"false"}}}}}},"eventTime":"{time}","eventSource":"{source}.amazonaws.com","eventName":"{name}","awsRegion":"{region}","sourceIPAddress":"198.51.100.{}","userAgent":"aws-sdk-java/2.31.{} md/io#sync md/http#Apache ua/2.1 os/Linux#6.1.{} lang/java#21.0.{} md/OpenJDK_64-Bit_Server_VM m/D,N,e","requestParameters":{parameters},"responseElements":{{"x-amz-version-id":"{}","ownerId":"{ACCOUNT}","detail":{{"items":[{{"state":"pending","code":{}}},{{"state":"running","code":{}}}],"token":"{}{}"}}}},"additionalEventData":{{"SignatureVersion":"SigV4","CipherSuite":"TLS_AES_128_GCM_SHA256","bytesTransferredIn":{},"AuthenticationMethod":"AuthHeader","x-amz-id-2":"{}{}=","bytesTransferredOut":{}}},"requestID":"{}","eventID":"{id}","readOnly":true{resources},"eventType":"AwsApiCall","managementEvent":true,"recipientAccountId":"{ACCOUNT}","eventCategory":"Management","tlsDetails":{{"tlsVersion":"TLSv1.3","cipherSuite":"TLS_AES_128_GCM_SHA256","clientProvidedHostHeader":"{source}.{region}.amazonaws.com"}},"sessionCredentialFromConsole":"false"}}"#,
        random.below(250),
        random.below(90),
        random.below(200),
        random.below(9),
        random.guid(),
        random.below(99),
        random.below(99),
        random.guid(),
        random.guid(),
        random.below(100_000),
        random.guid(),
        random.guid(),
        random.below(100_000),
        random.guid()
    );
}

/// A generator of numbers that are the same in every run (xorshift64*).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).unwrap_or(0)
    }

    fn guid(&mut self) -> String {
        let (high, low) = (self.next(), self.next());
        format!("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xFFFF, high & 0xFFFF, low >> 48, low & 0xFFFF_FFFF_FFFF)
    }
}
