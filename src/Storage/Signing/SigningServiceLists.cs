using OrleansRegistry.Resources;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Storage;

/// <summary>The list of signing services.</summary>
internal static class SigningServiceLists
{
    public static Definition<SigningServiceRecord> Services() => new()
    {
        From = "signing_service t",
        Key = "t.id",
        Newest = "t.id desc",
        Select = SigningServiceStore.Select,
        Filters =
        [
            .. Filters.Identity("t.id", ResourceKind.SigningService),
            .. Filters.Names("name", "t.name"),
        ],
        Orders = new Dictionary<string, string>
        {
            ["pk"] = "t.id",
            ["pulp_id"] = "t.id",
            ["pulp_created"] = "t.created_at",
            ["pulp_last_updated"] = "t.created_at",
            ["name"] = "t.name",
            ["public_key"] = "t.public_key",
            ["pubkey_fingerprint"] = "t.fingerprint",
            ["script"] = "t.script",
        },
        Read = SigningServiceStore.Read,
    };
}
