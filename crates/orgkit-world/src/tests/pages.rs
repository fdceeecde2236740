//! Pages of long lists.

use super::*;

/// The pages of a list, as the ids on them.
fn pages(cloud: &mut Cloud, most: usize) -> Vec<Vec<String>> {
    let mut input = json!({ "ParentId": ROOT_NEW, "MaxResults": most });
    let mut pages = Vec::new();
    loop {
        let page = cloud.org(NEW, "ListOrganizationalUnitsForParent", input.clone()).unwrap();
        let units = page["OrganizationalUnits"].as_array().unwrap();
        pages.push(units.iter().map(|unit| unit["Id"].as_str().unwrap().to_owned()).collect());
        match page.get("NextToken") {
            Some(token) => input["NextToken"] = token.clone(),
            None => return pages,
        }
    }
}

#[test]
fn a_page_can_be_empty_although_more_follows() {
    let mut cloud = Cloud::new();
    for number in 0..59 {
        let unit = json!({ "ParentId": ROOT_NEW, "Name": format!("unit-{number}") });
        cloud.org(NEW, "CreateOrganizationalUnit", unit).unwrap();
    }
    let whole: Vec<String> = pages(&mut cloud, 20).concat();
    assert_eq!(whole.len(), 60);
    let by_two = pages(&mut cloud, 2);
    assert_eq!(by_two.concat(), whole, "no unit is lost or told twice");
    assert_eq!(by_two, pages(&mut cloud, 2), "the same list has the same pages");
    let empty: Vec<usize> = (0..by_two.len()).filter(|at| by_two[*at].is_empty()).collect();
    assert!(!empty.is_empty() && empty.len() < 15, "some pages are empty: {empty:?}");
    assert!(empty.windows(2).all(|pair| pair[0] + 1 < pair[1]), "never two in a row");
    assert!(!by_two[0].is_empty() && by_two.last().is_some_and(|page| !page.is_empty()), "neither the first nor the last");
}
