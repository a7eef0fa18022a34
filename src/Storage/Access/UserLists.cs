using OrleansRegistry.Access;
using OrleansRegistry.Lists;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Storage;

/// <summary>The lists of users and of their roles.</summary>
internal static class UserLists
{
    public static Definition<UserRecord> Users() => new()
    {
        From = "account t",
        Key = "t.id",
        Newest = "t.id desc",
        Select = """
            select t.id, t.name, t.first_name, t.last_name, t.email, t.is_staff, t.is_active,
              t.password_hash is not null, t.created_at
            from account t
            """,
        Filters =
        [
            .. Filters.Identity("t.id", ResourceKind.User),
            .. Filters.Names("username", "t.name"),
            .. Filters.Names("first_name", "t.first_name"),
            .. Filters.Names("last_name", "t.last_name"),
            .. Filters.Names("email", "t.email"),
            Filters.Flag("is_active", "t.is_active"),
            Filters.Flag("is_staff", "t.is_staff"),
        ],
        Orders = new Dictionary<string, string>
        {
            ["pk"] = "t.id",
            ["id"] = "t.id",
            ["username"] = "t.name",
            ["first_name"] = "t.first_name",
            ["last_name"] = "t.last_name",
            ["email"] = "t.email",
            ["is_active"] = "t.is_active",
            ["is_staff"] = "t.is_staff",
            ["date_joined"] = "t.created_at",
        },
        Read = row => new(
            row.Guid(0),
            new(row.String(1), row.String(2), row.String(3), row.String(4), row.Bool(5), row.Bool(6)),
            row.Bool(7),
            row.Time(8)),
    };

    public static Definition<UserRole> Roles() => new()
    {
        From = "account_role t",
        Key = "t.id",
        Newest = "t.id desc",
        Select = "select t.id, t.account_id, t.role, t.created_at from account_role t",
        Filters =
        [
            .. Filters.Identity("t.id", ResourceKind.UserRole),
            .. Filters.Names("role", "t.role"),
            new(
                new("user", FilterType.Id) { Scope = FilterScope.Internal },
                (sql, values) => $"t.account_id = {sql.Value(values[0])}"),
            // Roles hold on the whole server, and on no object or domain.
            Nothing("content_object"),
            Nothing("domain"),
        ],
        Orders = new Dictionary<string, string>
        {
            ["pk"] = "t.id",
            ["role"] = "t.role",
            ["pulp_created"] = "t.created_at",
        },
        Read = row => new(row.Guid(0), row.Guid(1), Access.Roles.Parse(row.String(2)), row.Time(3)),
    };

    private static SqlFilter Nothing(string name) => new(
        new(name, FilterType.Text) { TakesNull = true }, (_, values) => values[0] is null ? "true" : "false");
}
