using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using OrleansRegistry.Access;
using OrleansRegistry.Journal;
using OrleansRegistry.Lists;
using OrleansRegistry.Resources;
using OrleansRegistry.SigningKeys;
using OrleansRegistry.Trust;

namespace OrleansRegistry.Management;

/// <summary>
/// <c>trust/audits/</c>: judges what is stored, by the policies that hold, by another one, or by keys alone; or tries what a change
/// would refuse, and whom it would meet.
/// </summary>
internal static class AuditEndpoints
{
    private static readonly string Prefix = Address.Operations(ResourceKind.TrustAudit);
    private const int MaxKey = 256 * 1024;

    private static readonly Shape<AuditRecord> Shape = new(
        "TrustAudit",
        [
            .. CommonFields.Of<AuditRecord>(
                ResourceKind.TrustAudit, record => record.Id, record => record.CreatedAt,
                record => record.FinishedAt ?? record.CreatedAt),
            CommonFields.HrefOrNull<AuditRecord>("task", ResourceKind.Task, record => record.Task),
            CommonFields.Text<AuditRecord>("created_by", record => record.By),
            new("finished_at", Schema.Time.OrNull(), record => PulpJson.Time(record.FinishedAt)),
            new("params", Schema.Object, record => AuditJson.Of(record.Parameters)),
            .. Totals<AuditRecord>(record => record.Totals),
            new("names", Schema.Integer, record => record.Totals.Names),
        ]);

    private static readonly Shape<AuditedName> Names = new(
        "TrustAuditName",
        [
            CommonFields.Text<AuditedName>("name", record => record.Name),
            new("repository_version", Schema.Text, record => Address.Href(
                ResourceReference.Version(record.Repository, record.Version))),
            CommonFields.HrefOrNull<AuditedName>("policy", ResourceKind.TrustPolicy, record => record.Policy),
            CommonFields.NumberOrNull<AuditedName>("policy_revision", record => record.Revision),
            .. Totals<AuditedName>(record => record.Totals),
        ]);

    private static readonly Shape<AuditedImage> Images = new("TrustAuditImage", AuditJson.ImageFields);

    private static readonly Shape<AffectedPull> Affected = new(
        "TrustAuditAffected",
        [
            CommonFields.Text<AffectedPull>("username", record => record.UserName),
            CommonFields.Text<AffectedPull>("address", record => record.Address),
            new("pulls", Schema.Integer, record => record.Pulls),
            new("last_pulled", Schema.Time, record => PulpJson.Time(record.LastAt)),
            .. AuditJson.ImageFields.Select(field =>
                new Field<AffectedPull>(field.Name, field.Schema, (record, request) => field.Read(record.Image, request))),
        ]);

    private static readonly Body Body = new(
        "TrustAudit",
        BodyFields.Resources("repositories", ResourceKind.Repository),
        BodyFields.Resource("namespace", ResourceKind.Namespace).OrNull,
        BodyFields.Resource("repository_version", ResourceKind.RepositoryVersion).OrNull,
        BodyFields.Resource("policy", ResourceKind.TrustPolicy).OrNull,
        BodyFields.Texts("keys", MaxKey),
        BodyFields.Document("document", TrustPolicySettings.MostBytes).OrNull,
        BodyFields.Texts("without_keys", 512))
    {
        MostBytes = 2 * TrustPolicySettings.MostBytes,
    };

    public static void MapAudits(this OperationMap operations)
    {
        var path = Address.Collection(ResourceKind.TrustAudit);
        operations.MapResource(ResourceKind.TrustAudit, Shape);
        operations.Map(Operation.Async(Prefix + "create", "POST", path, Body), CreateAsync);
        operations.Map(
            new(Prefix + "delete", "DELETE", Address.Parameter(ResourceKind.TrustAudit)) { Answers = Operation.Nothing },
            async (Guid id, IAuditStore audits, CancellationToken cancellationToken) =>
                await audits.DeleteAsync(id, cancellationToken)
                    ? Results.NoContent()
                    : throw new RefusedException(PulpError.NotFound));
        operations.MapList(Below(Prefix + "names", "names/", Names));
        operations.MapList(Below(Prefix + "images", "images/", Images));
        // It says what people do.
        var journal = operations.Get<IPullJournal>();
        operations.MapList(Below(Prefix + "affected", "affected/", Affected) with
        {
            Before = async context =>
            {
                await RequireAsync(context);
                await journal.FlushAsync(context.RequestAborted);
            },
            Within = context => Conjunction.Of(Match.Of("audit", context.RouteId()), Match.Of("newly_refused", true)),
            Least = Role.Admin,
        });
    }

    /// <summary><c>result/</c>, which is no operation of the document: a file of JSON or CSV.</summary>
    public static void MapAuditResults(this IEndpointRouteBuilder endpoints) => endpoints.MapMethods(
        Address.Route(Address.Parameter(ResourceKind.TrustAudit)) + "result/",
        ["GET", "HEAD"],
        async (Guid id, string? form, IListing<AuditRecord> audits, IAuditStore store, CancellationToken cancellationToken) =>
        {
            if (form is not (null or "json" or "csv"))
                throw RefusedException.Field("form", $"\"{form}\" is not a valid choice: json or csv.");
            var audit = await audits.GetAsync(id, cancellationToken);
            return audit.FinishedAt is null
                ? throw new ProblemException(
                    ProblemKind.Conflict, "The audit is not through yet: follow its task first.", id.ToString())
                : new AuditResult(Shape, audit, store, isCsv: form == "csv");
        })
        .Require(new Requirement.OfRole(Role.Reader));

    private static ListOf<T> Below<T>(string id, string path, Shape<T> shape)
        where T : class => new(id, Address.Parameter(ResourceKind.TrustAudit) + path, shape)
        {
            Before = RequireAsync,
            Within = context => Match.Of("audit", context.RouteId()),
        };

    private static Task<AuditRecord> RequireAsync(HttpContext context) => context.RequestServices
        .GetRequiredService<IListing<AuditRecord>>().GetAsync(context.RouteId(), context.RequestAborted);

    private static async Task<IResult> CreateAsync(
        HttpContext context, References references, Dispatch dispatch, ITrustDocuments documents, IPublicKeys reader,
        RevokedSubjects subjects, PublicAddress address, CancellationToken cancellationToken)
    {
        var values = await Body.ReadAsync(context.Request, references, cancellationToken);
        RequireOne(values, "repositories", "namespace", "repository_version");
        RequireOne(values, "policy", "keys", "document");
        if (values.Find<string>("document") is { } document && documents.WhyInvalid(document) is { } refusal)
            throw RefusedException.Field("document", refusal);
        var keys = values.Find<List<string>>("keys");
        if (keys is [])
            throw RefusedException.Field("keys", "Enter at least one key, or leave the field out.");
        foreach (var key in keys ?? [])
            reader.Read(key);
        List<string>? without = null;
        foreach (var key in values.Find<List<string>>("without_keys") ?? [])
            (without ??= []).AddRange(
                (await subjects.FindAsync(key, cancellationToken, "without_keys")).Names
                .Select(name => name.Fingerprint ?? name.KeyId));
        var version = values.Get<ResourceReference?>("repository_version", null);
        var order = new AuditOrder(
            Guid.CreateVersion7(),
            new(
                values.Find<List<ResourceReference>>("repositories")?.ConvertAll(one => one.Id),
                values.Get<ResourceReference?>("namespace", null)?.Id,
                version is { } one ? new(one.Id, one.Number) : null,
                values.Get<ResourceReference?>("policy", null)?.Id,
                values.Find<string>("document"), keys, without, address.HostOf(context.Request)),
            context.Caller.Name);
        return await dispatch.SendAsync(AuditTasks.Audit(order));
    }

    private static void RequireOne(BodyValues values, params string[] fields)
    {
        var given = fields.Where(field => values.Find<object>(field) is not null).ToList();
        if (given.Count > 1)
            throw RefusedException.Field(given[1], $"Only one may be given of {string.Join(", ", fields)}.");
    }

    private static IEnumerable<Field<T>> Totals<T>(Func<T, AuditTotals> totals) =>
    [
        new("images", Schema.Integer, record => totals(record).Images),
        new("valid", Schema.Integer, record => totals(record).Valid),
        new("invalid", Schema.Integer, record => totals(record).Images - totals(record).Valid),
        new("newly_refused", Schema.Integer, record => totals(record).NewlyRefused),
    ];
}
