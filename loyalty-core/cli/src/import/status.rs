//! What shops call the states of an order.

use std::collections::BTreeMap;

use loyalty_core::{Error, Result};
use serde::{Deserialize, Serialize};

/// What the state of an order means for points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub(super) enum Status {
    /// Paid: it earns.
    Paid,
    /// Partly refunded: an amount says how much.
    PartlyRefunded,
    /// Fully refunded: it earns, and is then refunded.
    Refunded,
    /// Not paid yet: it does not earn.
    Pending,
    /// Never paid, or cancelled: it does not earn.
    Cancelled,
}

const PAID: &str = "paid,completed,complete,processing,fulfilled,shipped,delivered,closed,settled,captured,invoiced,sale,\
    success,successful,succeeded,approved,done,finished,active,pagado,pagada,completado,completada,entregado,entregada,\
    enviado,enviada,facturado,facturada,cerrado,cerrada,emitido,emitida,procesando,venta,aprobado,aprobada,finalizado,\
    finalizada,vigente,ok,wc processing,wc completed";
const PARTLY: &str = "partially refunded,partly refunded,partial refund,parcialmente reembolsado,parcialmente reembolsada,\
    reembolso parcial,reembolsado parcialmente,devolucion parcial,wc partially refunded";
const REFUNDED: &str = "refunded,refund,returned,return,credit,credit note,chargeback,reembolsado,reembolsada,reembolso,\
    devuelto,devuelta,devolucion,nota de credito,wc refunded";
const PENDING: &str = "pending,pending payment,authorized,authorised,partially paid,unpaid,on hold,draft,checkout draft,\
    open,awaiting payment,new,overdue,pendiente,pendiente de pago,en espera,impago,impaga,borrador,abierto,abierta,\
    por pagar,autorizado,autorizada,reservado,reservada,en proceso,wc pending,wc on hold";
const CANCELLED: &str = "cancelled,canceled,cancelled by customer,void,voided,failed,expired,rejected,declined,abandoned,\
    deleted,trash,denied,cancelado,cancelada,anulado,anulada,nulo,nula,rechazado,rechazada,fallido,fallida,vencido,\
    vencida,eliminado,eliminada,abandonado,abandonada,wc cancelled,wc failed";

/// The words of a file, and what they mean.
#[derive(Debug, Clone, Default)]
pub(super) struct Words(BTreeMap<String, Status>);

impl Words {
    /// The usual words, and those that were given as `WORD=MEANING`.
    ///
    /// # Errors
    /// `invalid` for an option of another form.
    pub(super) fn new(given: &[String]) -> Result<Self> {
        let mut words = BTreeMap::new();
        let usual = [
            (Status::Paid, PAID),
            (Status::PartlyRefunded, PARTLY),
            (Status::Refunded, REFUNDED),
            (Status::Pending, PENDING),
            (Status::Cancelled, CANCELLED),
        ];
        for (status, list) in usual {
            words.extend(list.split(',').map(|word| (word.trim().to_owned(), status)));
        }
        for pair in given {
            let wrong = || {
                let meanings = "paid, partly-refunded, refunded, pending, cancelled";
                Error::invalid(
                    "status_word",
                    format_args!("must be `WORD=MEANING` with one of {meanings}, got `{pair}`"),
                )
            };
            let (word, meaning) = pair.rsplit_once('=').ok_or_else(wrong)?;
            let status = <Status as clap::ValueEnum>::from_str(meaning.trim(), true).map_err(|_| wrong())?;
            words.insert(super::columns::folded(word), status);
        }
        Ok(Self(words))
    }

    /// What a word means, if it is known.
    pub(super) fn meaning(&self, word: &str) -> Option<Status> {
        self.0.get(&super::columns::folded(word)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_shops_have_their_meaning_and_a_shop_may_have_its_own() {
        let words = Words::new(&["Listo para retiro=paid".to_owned()]).unwrap();
        for (word, status) in [
            ("paid", Some(Status::Paid)),
            ("wc-completed", Some(Status::Paid)),
            ("Devolución", Some(Status::Refunded)),
            ("partially_refunded", Some(Status::PartlyRefunded)),
            ("ANULADA", Some(Status::Cancelled)),
            ("on-hold", Some(Status::Pending)),
            ("listo para retiro", Some(Status::Paid)),
            ("whatever", None),
        ] {
            assert_eq!(words.meaning(word), status, "{word}");
        }
        assert!(Words::new(&["x".to_owned()]).is_err());
        assert!(Words::new(&["x=maybe".to_owned()]).is_err());
    }
}
