//! A run held against a truth of a few rows.

use super::*;

fn write(dir: &Path, name: &str, text: &str) {
    let path = dir.join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

#[test]
fn right_wrong_and_missed_are_told_apart() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    let links = "source,source_row,role,resident_row,hard\n\
                 welfare,2,subject,5,0\nwelfare,3,subject,6,0\nwelfare,4,subject,,0\nwelfare,5,subject,8,1\n\
                 welfare,6,subject,9,0\n";
    write(dir, "truth/links.csv", links);
    let findings = "code,source,source_row,role,resident_row,field,hard\n\
                    DUNG-01,welfare,2,subject,5,full_name,0\nDU-02,residents,7,,7,personal_id,0\n\
                    DU-04,welfare,5,subject,8,birth_date,1\nSONG-01,residents,9,,9,status,0\n";
    write(dir, "truth/findings.csv", findings);
    let run = "\u{feff}source,source_file,source_row,role,decision,probability,resident_file,resident_row\n\
               welfare,w.csv,2,subject,link,0.99,r.csv,5\nwelfare,w.csv,3,subject,link,0.9995,r.csv,7\n\
               welfare,w.csv,4,subject,none,0.01,,\nwelfare,w.csv,5,subject,link,0.96,r.csv,8\n\
               welfare,w.csv,6,subject,review,0.5,r.csv,1\n";
    write(dir, "run/links.csv", run);
    write(
        dir,
        "run/review.csv",
        "source,source_row,role,resident_row\nwelfare,6,subject,1\nwelfare,6,subject,9\n",
    );
    let head = "code,source,source_row,role,resident_row,field\n";
    write(dir, "run/worklists/dung.csv", &format!("{head}DUNG-01,welfare,2,subject,5,full_name\n"));
    // Proposed from an extract: the row differs, the resident is the same.
    write(
        dir,
        "run/worklists/du.csv",
        &format!("{head}DU-02,births,3,child,7,personal_id\nDU-04,welfare,5,subject,8,birth_date\n"),
    );
    write(dir, "run/worklists/sach.csv", &format!("{head}SACH-03,welfare,2,subject,5,personal_id\n"));
    write(dir, "run/worklists/song.csv", head);
    let score = score(&dir.join("run"), &dir.join("truth")).unwrap();
    assert_eq!(score.easy.links, CodeScore { tp: 1, fp: 1, fn_: 2 });
    assert_eq!((score.easy.sure_and_wrong, score.easy.reviews, score.easy.reviews_shown), (1, 1, 1));
    assert_eq!((score.hard.roles, score.easy.unaccounted), (1, 0));
    assert_eq!(score.lists, [("welfare".to_owned(), score.easy.links)]);
    let of = |code| score.codes.iter().find(|(c, _)| *c == code).map(|(_, s)| *s);
    assert_eq!(of(Code::dung(1)), Some(CodeScore { tp: 1, fp: 0, fn_: 0 }));
    assert_eq!(of(Code::du(2)), Some(CodeScore { tp: 1, fp: 0, fn_: 0 }));
    assert_eq!(of(Code::du(4)), Some(CodeScore::default()));
    assert_eq!(of(Code::sach(3)), Some(CodeScore { tp: 0, fp: 1, fn_: 0 }));
    assert_eq!(of(Code::song(1)), Some(CodeScore { tp: 0, fp: 0, fn_: 1 }));
    let (extra, missed) = wrong_findings(&dir.join("run"), &dir.join("truth"), Code::song(1), 5).unwrap();
    assert_eq!((extra.len(), missed), (0, vec!["residents 9".to_owned()]));
    assert!(score.to_string().contains("SONG-01"));
}

#[test]
fn calibration_is_exact_on_constant_bins() {
    let pairs = [(0.9, 1.0), (0.9, 1.0), (0.9, 0.0), (0.9, 1.0)];
    assert!((calibration_error(&pairs) - 0.15).abs() < 1e-9);
}
