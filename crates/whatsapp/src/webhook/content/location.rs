//! A place.

use serde_json::Value;

use super::Content;
use super::read::Reading;
use crate::webhook::json;

/// A place, by coordinates, by name, or both.
#[derive(Debug, Clone, PartialEq)]
pub struct Location {
    /// Where it is.
    pub point: Option<Point>,
    /// What it is called.
    pub name: Option<String>,
    /// Its postal address.
    pub address: Option<String>,
    /// A page about it.
    pub url: Option<String>,
}

/// Degrees, north and east positive.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// North of the equator.
    pub latitude: f64,
    /// East of Greenwich.
    pub longitude: f64,
}

pub(super) fn read(body: &Value) -> Reading {
    let point = json::decimal(body, "latitude").zip(json::decimal(body, "longitude"));
    let location = Location {
        point: point.map(|(latitude, longitude)| Point { latitude, longitude }),
        name: json::text(body, "name"),
        address: json::text(body, "address"),
        url: json::text(body, "url"),
    };
    if location.point.is_none() && location.name.is_none() && location.address.is_none() {
        return Err("`location` has neither coordinates nor a name".to_owned());
    }
    Ok(Content::Location(location))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn coordinates_may_come_as_text() {
        let Ok(Content::Location(place)) = read(&json!({"latitude": "19.43", "longitude": -99.13})) else { panic!() };

        assert_eq!(place.point, Some(Point { latitude: 19.43, longitude: -99.13 }));
    }

    #[test]
    fn a_place_without_coordinates_still_has_a_name() {
        let Ok(Content::Location(place)) = read(&json!({"latitude": "north", "name": "Zócalo"})) else { panic!() };

        assert_eq!((place.point, place.name.as_deref()), (None, Some("Zócalo")));
        assert!(read(&json!({"latitude": 1})).is_err());
    }
}
