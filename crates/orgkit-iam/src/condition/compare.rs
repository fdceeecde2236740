//! How two scalars compare.

use core::net::IpAddr;
use std::cmp::Ordering;

/// An integer or a decimal. Integers are compared as such, so that large ids do not lose digits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Number {
    Integer(i128),
    Decimal(f64),
}

impl Number {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(integer) = text.parse() {
            return Some(Self::Integer(integer));
        }
        let numeric = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'+' | b'e' | b'E'));
        text.parse::<f64>().ok().filter(|number| numeric && number.is_finite()).map(Self::Decimal)
    }

    pub(crate) fn compare(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Integer(a), Self::Integer(b)) => Some(a.cmp(&b)),
            (a, b) => a.as_f64().partial_cmp(&b.as_f64()),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "compared with a decimal, which has no more digits than this keeps")]
    fn as_f64(self) -> f64 {
        match self {
            Self::Integer(integer) => integer as f64,
            Self::Decimal(decimal) => decimal,
        }
    }
}

/// A range of addresses. One without a prefix length is a single address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Network {
    address: IpAddr,
    bits: u32,
}

impl Network {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.trim().split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse::<u32>().ok()?)),
            None => (text.trim(), None),
        };
        let address: IpAddr = address.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(most);
        (bits <= most).then_some(Self { address, bits })
    }

    /// The range in one spelling: the bits beyond the prefix are zero.
    pub(crate) fn canonical(self) -> String {
        let address = match self.address {
            IpAddr::V4(address) => IpAddr::V4((address.to_bits() & mask_v4(self.bits)).into()),
            IpAddr::V6(address) => IpAddr::V6((address.to_bits() & mask_v6(self.bits)).into()),
        };
        format!("{address}/{}", self.bits)
    }

    /// Whether the address has bits beyond the prefix, as `10.0.0.1/8` has.
    pub(crate) fn has_host_bits(self) -> bool {
        match self.address {
            IpAddr::V4(address) => address.to_bits() & u32::MAX.checked_shr(self.bits).unwrap_or(0) != 0,
            IpAddr::V6(address) => address.to_bits() & u128::MAX.checked_shr(self.bits).unwrap_or(0) != 0,
        }
    }

    /// Whether an address lies within. One of the other family never does.
    pub(crate) fn contains(self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                let mask = mask_v4(self.bits);
                network.to_bits() & mask == address.to_bits() & mask
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                let mask = mask_v6(self.bits);
                network.to_bits() & mask == address.to_bits() & mask
            }
            _ => false,
        }
    }

    /// Whether every address of another range lies within.
    pub(crate) fn includes(self, other: Self) -> bool {
        self.bits <= other.bits && self.contains(other.address)
    }
}

fn mask_v4(bits: u32) -> u32 {
    u32::MAX.checked_shl(32 - bits).unwrap_or(0)
}

fn mask_v6(bits: u32) -> u128 {
    u128::MAX.checked_shl(128 - bits).unwrap_or(0)
}

/// `true` or `false` in any case.
pub(crate) fn boolean(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        return Some(true);
    }
    text.eq_ignore_ascii_case("false").then_some(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        for (a, b, expected) in [
            ("10", "9", Some(Ordering::Greater)),
            ("10.0", "10", Some(Ordering::Equal)),
            ("9007199254740993", "9007199254740992", Some(Ordering::Greater)),
            ("-1", "1", Some(Ordering::Less)),
            ("1e3", "1000", Some(Ordering::Equal)),
        ] {
            assert_eq!(Number::parse(a).unwrap().compare(Number::parse(b).unwrap()), expected, "{a} {b}");
        }
        for text in ["10abc", "", "inf", "NaN", "0x1"] {
            assert_eq!(Number::parse(text), None, "{text}");
        }
    }

    #[test]
    fn networks() {
        for (network, address, expected) in [
            ("10.0.0.0/8", "10.1.2.3", true),
            ("10.0.0.0/8", "11.0.0.0", false),
            ("10.1.2.3", "10.1.2.3", true),
            ("0.0.0.0/0", "1.2.3.4", true),
            ("0.0.0.0/0", "::1", false),
            ("2001:db8::/32", "2001:0db8:0:0:0:0:0:1", true),
            ("2001:db8::1", "2001:db8:0::1", true),
            ("::/0", "1.2.3.4", false),
        ] {
            assert_eq!(Network::parse(network).unwrap().contains(address.parse().unwrap()), expected, "{network} {address}");
        }
        for (network, expected) in
            [("10.0.0.0/8", false), ("10.0.0.1/8", true), ("10.0.0.1", false), ("0.0.0.0/0", false), ("2001:db8::1/32", true)]
        {
            assert_eq!(Network::parse(network).unwrap().has_host_bits(), expected, "{network}");
        }
        for text in ["10.0.0.0/33", "10.0.0", "x", "10.0.0.0/-1"] {
            assert_eq!(Network::parse(text), None, "{text}");
        }
    }
}
