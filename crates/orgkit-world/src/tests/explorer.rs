//! Resource Explorer: what a search finds.

use super::*;
use proptest::prelude::*;

/// The shop has resources in two regions, and Resource Explorer in both, with the aggregator in the first.
fn cloud() -> Cloud {
    let mut file = file();
    let shop = file.accounts.iter_mut().find(|account| account.id.as_str() == STANDALONE).unwrap();
    let put = |kind: &str, id: &str, region: &str| crate::ResourceSpec::new(kind, id, region, &json!({}));
    shop.resources = vec![
        put("AWS::EC2::VPC", "vpc-1", "us-east-1"),
        put("AWS::EC2::Subnet", "subnet-1", "eu-west-1"),
        put("AWS::RDS::DBInstance", "Orders", "eu-west-1"),
        put("AWS::SQS::Queue", "https://sqs.eu-west-1.amazonaws.com/888888888888/orders", "eu-west-1"),
        put("AWS::Route53::HostedZone", "Z1", "us-east-1"),
        put("AWS::S3::Bucket", "orders-archive", "us-east-1"),
        put("AWS::S3::BucketPolicy", "orders-archive", "us-east-1"),
    ];
    shop.resource_explorer =
        Some(crate::ResourceExplorerSpec { regions: Vec::new(), aggregator: Some("us-east-1".to_owned()), organization: false });
    Cloud { world: World::from_file(&file, 7, start()).unwrap(), ..Cloud::new() }
}

fn found(cloud: &mut Cloud, query: &str) -> Vec<String> {
    let answer = cloud.service(STANDALONE, "resource-explorer-2", "Search", json!({ "QueryString": query })).unwrap();
    answer["Resources"].as_array().unwrap().iter().map(|found| found["Arn"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn queries() {
    let mut cloud = cloud();
    let vpc = "arn:aws:ec2:us-east-1:888888888888:vpc/vpc-1";
    let subnet = "arn:aws:ec2:eu-west-1:888888888888:subnet/subnet-1";
    let database = "arn:aws:rds:eu-west-1:888888888888:db:Orders";
    let queue = "arn:aws:sqs:eu-west-1:888888888888:orders";
    let zone = "arn:aws:route53:::hostedzone/Z1";
    let bucket = "arn:aws:s3:::orders-archive";
    for (query, expected) in [
        ("", vec![subnet, database, queue, zone, vpc, bucket]),
        ("orders", vec![database, queue, bucket]),
        ("ORDERS vpc-1", vec![database, queue, vpc, bucket]),
        ("orders -archive", vec![database, queue]),
        ("orders service:rds", vec![database]),
        ("service:ec2", vec![subnet, vpc]),
        ("service:ec2 region:us-*", vec![vpc]),
        ("service:ec2,sqs -region:us-east-1", vec![subnet, queue]),
        ("resourcetype:ec2:vpc", vec![vpc]),
        ("region:global", vec![zone]),
        ("accountid:999999999999", vec![]),
        ("id:arn:aws:s3:::orders-archive", vec![bucket]),
        ("arn:aws:s3:::orders-archive", vec![bucket]),
        ("\"no such words\"", vec![]),
    ] {
        assert_eq!(found(&mut cloud, query), expected, "{query}");
    }
    cloud.region = "eu-west-1".to_owned();
    assert_eq!(found(&mut cloud, ""), [subnet, database, queue], "a local index has its own region");
}

#[test]
fn a_search_returns_a_thousand_results_at_most() {
    let mut cloud = cloud();
    let account = cloud.world.accounts.get_mut(&account(STANDALONE)).unwrap();
    for number in 0..1_200 {
        let key = crate::world::ResourceKey {
            region: "us-east-1".to_owned(),
            kind: "AWS::EC2::VPC".to_owned(),
            identifier: format!("vpc-{number:05}"),
        };
        account.resources.insert(key, crate::world::Resource { properties: json!({}), deployed_by: None });
    }
    let (mut input, mut seen) = (json!({ "QueryString": "", "MaxResults": 400 }), 0);
    loop {
        let page = cloud.service(STANDALONE, "resource-explorer-2", "Search", input.clone()).unwrap();
        assert_eq!(page["Count"], json!({ "TotalResources": 1000, "Complete": false }));
        seen += page["Resources"].as_array().unwrap().len();
        match page.get("NextToken") {
            Some(token) => input["NextToken"] = token.clone(),
            None => break,
        }
    }
    assert_eq!(seen, 1000);
}

proptest! {
    /// Any text is a query or is refused; a word before a filter narrows what the filter finds.
    #[test]
    fn no_query_upsets_the_search(text in "[-a-z0-9:*,\" ]{0,40}") {
        let mut cloud = cloud();
        let search = |cloud: &mut Cloud, query: &str| {
            cloud.service(STANDALONE, "resource-explorer-2", "Search", json!({ "QueryString": query }))
        };
        match search(&mut cloud, &text) {
            Ok(answer) => prop_assert!(answer["Resources"].as_array().unwrap().len() <= 6),
            Err(error) => prop_assert_eq!(error.code, "ValidationException"),
        }
    }
}
