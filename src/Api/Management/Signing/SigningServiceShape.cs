using System.Text;
using OrleansRegistry.Access;
using OrleansRegistry.Resources;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Management;

/// <summary>A signing service, in answers and in requests. Source: Pulp's REST: signing services.</summary>
internal static class SigningServiceShape
{
    private const int MaxName = 255;

    private static readonly string[] Kinds = ["openpgp", "script", "cosign"];
    private static readonly string[] Attachments = ["tag", "referrer", "both"];

    public static Shape<SigningServiceRecord> Shape { get; } = new(
        "SigningService",
        [
            .. CommonFields.Of<SigningServiceRecord>(
                ResourceKind.SigningService, service => service.Id, service => service.CreatedAt),
            CommonFields.Text<SigningServiceRecord>("name", service => service.Name),
            CommonFields.Text<SigningServiceRecord>("public_key", service => service.PublicKey),
            CommonFields.Text<SigningServiceRecord>("pubkey_fingerprint", service => service.Fingerprint),
            CommonFields.TextOrNull<SigningServiceRecord>("script", service => service.Script),
            CommonFields.Text<SigningServiceRecord>("kind", service => Lower(service.Kind)),
            CommonFields.TextOrNull<SigningServiceRecord>(
                "attachment", service => service.Attachment is { } attachment ? Lower(attachment) : null),
            Names("users", service => service.Rights.Users),
            Names("roles", service => service.Rights.Roles),
            Names("namespaces", service => service.Rights.Namespaces),
            Names("reference_prefixes", service => service.Rights.ReferencePrefixes),
        ]);

    /// <summary>What can be changed of a service: who may use it, for what.</summary>
    public static Body RightsBody { get; } = new("SigningServiceRights", [.. RightsFields]);

    public static Body Body { get; } = new(
        "SigningService",
        [
            BodyFields.Name("name").Required,
            BodyFields.Choice("kind", Kinds).Required,
            BodyFields.Text("key", keepBlanks: true),
            BodyFields.Text("passphrase", keepBlanks: true),
            BodyFields.Choice("generate", [.. WantedSigningService.KeyKinds]),
            BodyFields.Text("script"),
            BodyFields.Text("public_key"),
            BodyFields.Choice("attachment", Attachments),
            .. RightsFields,
        ])
    {
        MostBytes = Body.FileBytes,
    };

    public static WantedSigningService Read(BodyValues values) => new()
    {
        Name = values.Get("name", ""),
        Kind = Enum.Parse<SigningKind>(values.Get("kind", ""), ignoreCase: true),
        Key = values.Find<string>("key") is { } key ? Encoding.UTF8.GetBytes(key) : null,
        Passphrase = values.Get("passphrase", ""),
        Generate = values.Find<string>("generate"),
        Script = values.Find<string>("script"),
        PublicKey = values.Find<string>("public_key"),
        Attachment = values.Find<string>("attachment") is { } attachment
            ? Enum.Parse<CosignAttachment>(attachment, ignoreCase: true)
            : null,
        Rights = ReadRights(values, SigningRights.None),
    };

    /// <summary>The rights after a request: what it does not mention stays as it was.</summary>
    /// <exception cref="RefusedException">They cannot be.</exception>
    public static SigningRights ReadRights(BodyValues values, SigningRights before)
    {
        var rights = new SigningRights(
            values.Find<List<string>>("users") ?? before.Users,
            values.Find<List<string>>("roles") ?? before.Roles,
            values.Find<List<string>>("namespaces") ?? before.Namespaces,
            values.Find<List<string>>("reference_prefixes") ?? before.ReferencePrefixes);
        return rights.WhyInvalid() is var (field, refusal) ? throw RefusedException.Field(field, refusal) : rights;
    }

    private static IEnumerable<BodyField> RightsFields =>
    [
        BodyFields.Texts("users", MaxName),
        BodyFields.Texts("roles", MaxName, [.. Roles.Names]),
        BodyFields.Texts("namespaces", MaxName),
        BodyFields.Texts("reference_prefixes", MaxName),
    ];

    private static Field<SigningServiceRecord> Names(
        string name, Func<SigningServiceRecord, IEnumerable<string>> names) =>
        new(name, Schema.ListOf(Schema.Text), service => PulpJson.Texts(names(service)));

    private static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
