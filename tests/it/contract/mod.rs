//! The data contract line by line, on communes small enough to know everybody.

mod by_capability;
mod du;
mod dung;
mod field;
mod headers;
mod inputs;
mod linkage;
mod lists;
mod normalisation;
mod persons_of_lists;
mod sach;
mod song;

use crate::world::World;

/// A resident of sixty-six with whom nothing is wrong, the usual subject of a test.
fn hung(world: &mut World) -> usize {
    world.person("Nguyễn Văn Hùng", "05/03/1960", "Nam", "household_id=H1|old_id=181234567")
}

/// A resident of sixty-four.
fn mai(world: &mut World) -> usize {
    world.person("Trần Thị Mai", "12/07/1962", "Nữ", "household_id=H2|old_id=182345678")
}

/// Father, mother and child, each naming the others as the registry does.
struct Family {
    father: usize,
    mother: usize,
    child: usize,
}

fn family(world: &mut World) -> Family {
    let father = world.person(
        "Lê Văn Tâm",
        "10/10/1985",
        "Nam",
        "household_id=H3|marital_status=Đã kết hôn|spouse_name=Phạm Thị Dung",
    );
    let mother = world.person(
        "Phạm Thị Dung",
        "20/08/1988",
        "Nữ",
        "household_id=H3|marital_status=Đã kết hôn|spouse_name=Lê Văn Tâm",
    );
    let ids = format!(
        "father_id={}|mother_id={}",
        world.of(father, "personal_id"),
        world.of(mother, "personal_id")
    );
    let child = world.person(
        "Lê Minh Khôi",
        "12/06/2018",
        "Nam",
        &format!("household_id=H3|father_name=Lê Văn Tâm|mother_name=Phạm Thị Dung|{ids}|card_issued="),
    );
    Family { father, mother, child }
}
