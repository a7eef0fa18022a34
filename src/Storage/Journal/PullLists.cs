using System.Net;
using OrleansRegistry.Content;
using OrleansRegistry.Journal;
using OrleansRegistry.Lists;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Storage;

/// <summary>The list of pulls.</summary>
internal static class PullLists
{
    public const string Select = """
        select t.id, t.manifest_digest, t.repository_id, t.repository_name, t.base_path, t.tag, t.account_id,
          t.account_name, t.address, t.day, t.pulls, t.first_at, t.last_at
        from pull t
        """;

    /// <summary>The id of nobody in particular.</summary>
    public static readonly Guid Nobody = Guid.Empty;

    public static Definition<PullRecord> Pulls(Dialect _, IOutsideNames names) => new()
    {
        From = "pull t",
        Key = "t.id",
        Newest = "t.day desc, t.id desc",
        Select = Select,
        Filters =
        [
            Filters.Text("image", "t.manifest_digest"),
            Filters.Texts("image__in", "t.manifest_digest"),
            Named(names, "repository", ResourceKind.Repository, "t.repository_id", "t.repository_name", takesNull: false),
            Named(names, "user", ResourceKind.User, "t.account_id", "t.account_name", takesNull: true),
            new(
                new("address", FilterType.Text),
                (sql, values) => $"t.address = {sql.Value(Plain((string)values[0]!))}"),
            new(new("key", FilterType.Text), (sql, values) => SignedBy(sql, (string)values[0]!)),
            .. Filters.Times("day", "t.day"),
        ],
        Orders = new Dictionary<string, string>
        {
            ["pk"] = "t.id",
            ["day"] = "t.day",
            ["image"] = "t.manifest_digest",
            ["repository_name"] = "t.repository_name",
            ["username"] = "t.account_name",
            ["address"] = "t.address",
            ["count"] = "t.pulls",
            ["first_pulled"] = "t.first_at",
            ["last_pulled"] = "t.last_at",
        },
        Read = Read,
    };

    public static PullRecord Read(Row row) => new(
        row.Guid(0),
        row.Digest(1),
        row.Guid(2),
        row.String(3),
        row.String(4),
        row.TagIfAny(5),
        row.Guid(6) is var user && user == Nobody ? null : user,
        row.String(7),
        row.String(8),
        DateOnly.FromDateTime(row.Time(9).UtcDateTime),
        row.Int64(10),
        row.Time(11),
        row.Time(12));

    // By where it is or what it is called; that may be gone.
    private static SqlFilter Named(
        IOutsideNames names, string name, ResourceKind kind, string id, string text, bool takesNull) => new(
        new(name, FilterType.Address) { TakesNull = takesNull },
        (sql, values) => values[0] is not string named ? $"{id} = {sql.Value(Nobody)}"
            : names.TryRead(named, out var resource) && resource.Kind == kind ? $"{id} = {sql.Value(resource.Id)}"
            : $"{text} = {sql.Value(named)}");

    private static string Plain(string address) =>
        IPAddress.TryParse(address, out var parsed) ? PullEntry.Plain(parsed)!.ToString() : address;

    // By what signatures say of themselves: who made them is another question.
    private static string SignedBy(SqlText sql, string key)
    {
        key = key.ToUpperInvariant();
        if (key.Length is not (16 or 40 or 64) || !key.All(char.IsAsciiHexDigit))
            throw new UnusableValueException(
                "A key is named by its fingerprint, which has 40 or 64 hexadecimal digits, or by its key id, which has 16.");
        var names = key.Length == 16
            ? $"s.key_id = {sql.Value(key)}"
            : $"""
                (s.fingerprint = {sql.Value(key)}
                  or (s.fingerprint is null and s.key_id = {sql.Value(SignatureFilter.KeyIdOf(key))}))
                """;
        return $"t.manifest_digest in (select s.manifest_digest from signature s where {names})";
    }
}
