//! What a column can hold, and the names that shops give it.

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Order,
    Original,
    Time,
    TimeOfDay,
    User,
    Email,
    Phone,
    Card,
    Sku,
    Quantity,
    UnitPrice,
    Amount,
    Total,
    Refunded,
    Status,
    Type,
    Cancelled,
    Currency,
    Category,
    Name,
}

/// All roles, in the order in which columns are assigned to them and listed.
pub(super) const ROLES: [Role; 20] = [
    Role::Order,
    Role::Original,
    Role::Time,
    Role::TimeOfDay,
    Role::User,
    Role::Email,
    Role::Phone,
    Role::Card,
    Role::Sku,
    Role::Quantity,
    Role::UnitPrice,
    Role::Amount,
    Role::Total,
    Role::Refunded,
    Role::Status,
    Role::Type,
    Role::Cancelled,
    Role::Currency,
    Role::Category,
    Role::Name,
];

impl Role {
    /// The option that names the column.
    pub(super) const fn option(self) -> &'static str {
        match self {
            Self::Order => "order-column",
            Self::Original => "original-column",
            Self::Time => "time-column",
            Self::TimeOfDay => "time-of-day-column",
            Self::User => "user-column",
            Self::Email => "email-column",
            Self::Phone => "phone-column",
            Self::Card => "card-column",
            Self::Sku => "sku-column",
            Self::Quantity => "quantity-column",
            Self::UnitPrice => "unit-price-column",
            Self::Amount => "amount-column",
            Self::Total => "total-column",
            Self::Refunded => "refunded-column",
            Self::Status => "status-column",
            Self::Type => "type-column",
            Self::Cancelled => "cancelled-column",
            Self::Currency => "currency-column",
            Self::Category => "category-column",
            Self::Name => "name-column",
        }
    }

    /// The usual names, the surest first, in the form of `columns::folded`.
    pub(super) fn usual(self) -> impl Iterator<Item = &'static str> {
        let names = match self {
            Self::Order => {
                "invoice,invoice no,invoiceno,invoice number,order id,order number,order no,order,orderid,\
                receipt,receipt no,receipt number,receipt id,ticket,ticket number,boleta,n boleta,nro boleta,\
                numero boleta,folio,pedido,n pedido,n de pedido,nro pedido,numero pedido,numero de pedido,\
                id pedido,orden,numero de orden,n orden,id orden,venta,id venta,n documento,documento,\
                numero documento,numero de documento,factura,transaction id,transaction number,transaction,\
                sale id,name,id"
            }
            Self::Original => {
                "original order,original order id,original invoice,original receipt,original transaction,\
                refund of,return of,refunded order,parent order,parent order id,pedido original,\
                orden original,boleta original,documento original,documento de referencia"
            }
            Self::Time => {
                "datetime,date time,created at,order date,invoicedate,invoice date,order datetime,\
                date created,timestamp,fecha y hora,fecha hora,fecha,date,fecha pedido,fecha de pedido,\
                fecha del pedido,fecha venta,fecha de venta,fecha emision,fecha de emision,fecha de creacion,\
                sold at,sale date,purchase date,transaction date,paid at,paid date,time"
            }
            Self::TimeOfDay => "hora,time,time of day,hora venta,hora de venta,sale time,order time",
            Self::User => {
                "customer id,customerid,customer number,customer no,customer user id,customer code,user id,\
                userid,member id,member,client id,id cliente,cliente id,codigo cliente,codigo de cliente,\
                n cliente,numero cliente,rut cliente,rut,usuario id,id usuario,socio,n socio,customer,\
                cliente,client"
            }
            Self::Email => {
                "email,e mail,customer email,email address,billing email,mail,correo,correo electronico,\
                correo cliente,email cliente,e mail cliente"
            }
            Self::Phone => {
                "phone,customer phone,phone number,billing phone,telephone,mobile,telefono,celular,movil,fono,\
                telefono cliente,shipping phone"
            }
            Self::Card => {
                "loyalty card,member card,club card,card id,tarjeta,tarjeta cliente,tarjeta de cliente,\
                tarjeta socio,tarjeta de puntos"
            }
            _ => self.of_goods(),
        };
        names.split(',')
    }

    /// The usual names of what was bought, what it cost and what became of it.
    const fn of_goods(self) -> &'static str {
        match self {
            Self::Sku => {
                "stock code,stockcode,sku,lineitem sku,item sku,product sku,product code,item code,\
                codigo producto,codigo de producto,codigo articulo,codigo,product id,article,articulo,\
                product,producto,item,lineitem name,product name,item name,descripcion,description"
            }
            Self::Quantity => "quantity,qty,lineitem quantity,item quantity,cantidad,cant,unidades,units,pieces",
            Self::UnitPrice => {
                "unit price,unitprice,lineitem price,item price,item cost,price each,price per item,price,\
                precio unitario,precio,valor unitario,p unitario"
            }
            Self::Amount => {
                "amount,line total,line amount,lineitem total,item total,row total,order line total,importe,\
                monto,valor,net amount,gross amount,total linea,importe linea,sales"
            }
            Self::Total => {
                "total,order total,grand total,total amount,order total amount,order amount,total paid,\
                invoice total,total pedido,total del pedido,total venta,total boleta,total factura,\
                total documento,importe total,monto total,total a pagar,total pagado"
            }
            Self::Refunded => {
                "refunded amount,amount refunded,refund amount,order refund amount,total refunded,refunded,\
                monto reembolsado,monto devuelto,importe reembolsado,importe devuelto,total devuelto"
            }
            Self::Status => {
                "financial status,payment status,order status,status,estado del pago,estado de pago,\
                estado pago,estado pedido,estado del pedido,estado,post status,state,situacion"
            }
            Self::Type => {
                "transaction type,type,tipo,tipo documento,tipo de documento,document type,tipo movimiento,\
                tipo de movimiento,tipo transaccion,event type,movement"
            }
            Self::Cancelled => "cancelled at,canceled at,cancelled on,voided at,anulado el,fecha anulacion",
            Self::Currency => "currency,currency code,order currency,moneda,divisa",
            Self::Category => "category,product category,item category,categoria,familia,rubro",
            Self::Name => {
                "customer name,billing name,full name,client name,nombre,nombre cliente,nombre del cliente,\
                nombre completo,cliente nombre"
            }
            _ => "",
        }
    }

    /// What the role is called in lists of columns.
    pub(super) fn word(self) -> &'static str {
        self.option().trim_end_matches("-column")
    }
}
