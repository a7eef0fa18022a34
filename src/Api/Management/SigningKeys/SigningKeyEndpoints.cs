using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using OrleansRegistry.Access;
using OrleansRegistry.Lists;
using OrleansRegistry.Resources;
using OrleansRegistry.SigningKeys;

namespace OrleansRegistry.Management;

/// <summary>
/// <c>signing-keys/</c>: the keys that sign what is here, known or only claimed; and those that still count, for clients.
/// </summary>
internal static class SigningKeyEndpoints
{
    private static readonly string Prefix = Address.Operations(ResourceKind.SigningKey);

    // Keys of which nobody gave a certificate stand in no list, unless they are asked for: anybody can claim thousands.
    private static readonly string[] AskForUnknown = ["state", "fingerprint", "key_id", "pulp_href__in", "prn__in", "pulp_id__in"];

    private static readonly Body Body = new(
        "SigningKey", BodyFields.Text("public_key", keepBlanks: true).Required, BodyFields.Text("note"))
    {
        MostBytes = Body.FileBytes,
    };

    private static readonly Body NoteBody = new("SigningKeyNote", BodyFields.Text("note", mayBeBlank: true).Required);

    public static void MapSigningKeys(this OperationMap operations)
    {
        var clock = operations.Get<TimeProvider>();
        var shape = SigningKeyShape.At(clock);
        var path = Address.Collection(ResourceKind.SigningKey);
        operations.MapList(new ListOf<SigningKeyRecord>(Prefix + "list", path, shape)
        {
            Within = context => AskForUnknown.Any(context.Request.Query.ContainsKey)
                ? Conjunction.Everything
                : Match.Of("is_listed", true),
        });
        operations.MapRead(Prefix + "read", Address.Parameter(ResourceKind.SigningKey), shape);
        operations.Map(
            Operation.Answering(Prefix + "create", "POST", path, shape, 201, Body) with { Least = Role.Admin },
            async (
                HttpContext context, References references, IPublicKeys reader, ISigningKeyStore store,
                IListing<SigningKeyRecord> keys, Dispatch dispatch, CancellationToken cancellationToken) =>
            {
                var values = await Body.ReadAsync(context.Request, references, cancellationToken);
                var known = reader.Read(values.Get("public_key", ""));
                await store.AddAsync(known, cancellationToken);
                await dispatch.BesideAsync(AttributionTasks.Attribute(known)); // what is here already may be theirs
                var first = await keys.FindAsync(
                    Match.Of("fingerprint", known[0].Name.Fingerprint), cancellationToken)
                    ?? throw new RefusedException(PulpError.NotFound);
                if (values.Find<string>("note") is { } note && await store.NoteAsync(first.Id, note, cancellationToken))
                    first = first with { Note = note };
                return Created.At(
                    Address.Href(ResourceKind.SigningKey, first.Id), shape.Write(first, context.Request), context);
            });
        operations.Map(
            Operation.Updating(Prefix + "partial_update", "PATCH", Address.Parameter(ResourceKind.SigningKey), shape, NoteBody) with
            {
                Least = Role.Admin,
            },
            async (
                Guid id, HttpContext context, References references, ISigningKeyStore store,
                IListing<SigningKeyRecord> keys, CancellationToken cancellationToken) =>
            {
                var values = await NoteBody.ReadAsync(context.Request, references, cancellationToken);
                var note = values.Get("note", "");
                return await store.NoteAsync(id, note, cancellationToken)
                    ? PulpJson.Answer(shape.Write(await keys.GetAsync(id, cancellationToken), context.Request))
                    : throw new RefusedException(PulpError.NotFound);
            });
    }

    /// <summary>
    /// <c>GET …/signing-keys/keyring/</c>: the OpenPGP certificates that still count, as <c>gpg --import</c> takes them; with
    /// <c>?form=policy</c> a <c>policy.json</c> that wants their signatures, with <c>?form=cosign</c> the public keys of cosign.
    /// </summary>
    public static void MapKeyring(this IEndpointRouteBuilder endpoints) => endpoints.MapGet(
        Address.Collection(ResourceKind.SigningKey) + "keyring/",
        async (string? form, ISigningKeyStore store, CancellationToken cancellationToken) =>
        {
            var keys = await store.StandingAsync(cancellationToken);
            var openpgp = keys.Where(key => key.Kind == "openpgp").Select(key => key.PublicKey).Distinct().ToList();
            return form switch
            {
                null or "openpgp" => Results.Text(string.Concat(openpgp.Select(Whole)), "text/plain", Encoding.UTF8),
                "cosign" => Results.Text(
                    string.Concat(keys.Where(key => key.Kind == "cosign").Select(key => Whole(key.PublicKey))),
                    "text/plain", Encoding.UTF8),
                "policy" => PulpJson.Answer(Policy(openpgp)),
                _ => throw RefusedException.Field("form", $"\"{form}\" is not a valid choice: openpgp, cosign or policy."),
            };
        })
        .Require(new Requirement.Nothing());

    // Source: containers-policy.json(5). Without a key nothing is accepted.
    private static JsonObject Policy(List<string> certificates) => new()
    {
        ["default"] = new JsonArray(certificates.Count == 0
            ? new JsonObject { ["type"] = "reject" }
            : new JsonObject
            {
                ["type"] = "signedBy",
                ["keyType"] = "GPGKeys",
                ["keyData"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(string.Concat(certificates.Select(Whole)))),
            }),
    };

    private static string Whole(string text) => text.EndsWith('\n') ? text : text + "\n";
}
