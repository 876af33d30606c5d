//! The canonical fields.

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

macro_rules! fields {
    ($($variant:ident $name:literal),* $(,)?) => {
        /// A canonical field (contract §2). The discriminant indexes per-field tables.
        #[derive(Copy, Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Field {
            $(#[doc = concat!("`", $name, "`")] $variant,)*
        }

        impl Field {
            /// All fields.
            pub const ALL: &[Self] = &[$(Self::$variant),*];
            /// How many there are.
            pub const COUNT: usize = Self::ALL.len();

            /// The canonical name.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }
        }
    };
}

fields! {
    PersonalId "personal_id",
    OldId "old_id",
    FullName "full_name",
    BirthDate "birth_date",
    Gender "gender",
    Ethnicity "ethnicity",
    CommuneCode "commune_code",
    Commune "commune",
    Hamlet "hamlet",
    Address "address",
    HouseholdId "household_id",
    RelationToHead "relation_to_head",
    FatherName "father_name",
    FatherId "father_id",
    MotherName "mother_name",
    MotherId "mother_id",
    SpouseName "spouse_name",
    SpouseId "spouse_id",
    MaritalStatus "marital_status",
    Status "status",
    DeathDate "death_date",
    CardIssued "card_issued",
    RecordNo "record_no",
    BookNo "book_no",
    RegisteredOn "registered_on",
    RegistrationKind "registration_kind",
    BirthPlace "birth_place",
    FatherBirthDate "father_birth_date",
    MotherBirthDate "mother_birth_date",
    DeathPlace "death_place",
    DeathCause "death_cause",
    LastResidence "last_residence",
    InformantName "informant_name",
    InformantId "informant_id",
    HusbandName "husband_name",
    HusbandBirthDate "husband_birth_date",
    HusbandPersonalId "husband_personal_id",
    HusbandOldId "husband_old_id",
    HusbandAddress "husband_address",
    WifeName "wife_name",
    WifeBirthDate "wife_birth_date",
    WifePersonalId "wife_personal_id",
    WifeOldId "wife_old_id",
    WifeAddress "wife_address",
    FileNo "file_no",
    Programme "programme",
    GroupCode "group_code",
    MonthlyAmount "monthly_amount",
    StartDate "start_date",
    StopDate "stop_date",
    StopReason "stop_reason",
    PaymentMethod "payment_method",
    BankAccount "bank_account",
    CardNo "card_no",
    InsuranceNo "insurance_no",
    ValidFrom "valid_from",
    ValidTo "valid_to",
    FacilityCode "facility_code",
    SpouseBirthDate "spouse_birth_date",
    GuardianName "guardian_name",
    GuardianBirthDate "guardian_birth_date",
    GuardianId "guardian_id",
}

impl Field {
    /// The field of a canonical name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|f| f.name() == name)
    }
}

impl Serialize for Field {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::from_name(&name).ok_or_else(|| D::Error::custom("no field"))
    }
}
