using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using OrleansRegistry.Access;
using OrleansRegistry.Lists;
using OrleansRegistry.Resources;
using OrleansRegistry.Signing;
using OrleansRegistry.Tasks;
using OrleansRegistry.Trust;

namespace OrleansRegistry.Management;

/// <summary>
/// <c>trust-policies/</c>: create, list, read, update, delete; <c>history/</c>: what a policy said, and who changed it.
/// </summary>
internal static class TrustPolicyEndpoints
{
    private static readonly string Prefix = Address.Operations(ResourceKind.TrustPolicy);
    private const string Component = "TrustPolicy";

    private static readonly Shape<TrustPolicyRecord> Shape = new(
        Component,
        [
            .. CommonFields.Of<TrustPolicyRecord>(
                ResourceKind.TrustPolicy, record => record.Id, record => record.CreatedAt, record => record.UpdatedAt),
            .. SettingsOf<TrustPolicyRecord>(record => record.Settings),
            new("revision", Schema.Integer, record => record.Revision),
        ]);

    private static readonly Shape<TrustPolicyChange> Changes = new(
        "TrustPolicyChange",
        [
            new("revision", Schema.Integer, record => record.Revision),
            CommonFields.Text<TrustPolicyChange>("action", record => record.Action),
            CommonFields.Text<TrustPolicyChange>("changed_by", record => record.By),
            new("changed_at", Schema.Time, record => PulpJson.Time(record.At)),
            .. SettingsOf<TrustPolicyChange>(record => record.Settings),
        ]);

    private static readonly Body Body = new(
        Component,
        BodyFields.Name("name").Required,
        BodyFields.Document("document", TrustPolicySettings.MostBytes).Required,
        BodyFields.Choice("mode", [.. TrustModes.Names]),
        BodyFields.Flag("is_default"))
    {
        MostBytes = 2 * TrustPolicySettings.MostBytes,
    };

    // What fails safe: a policy that nobody asked to be lenient holds.
    private static readonly TrustPolicySettings Fresh = new("", "", TrustMode.Enforce, IsDefault: false);

    public static void MapTrustPolicies(this OperationMap operations)
    {
        var path = Address.Collection(ResourceKind.TrustPolicy);
        operations.MapResource(ResourceKind.TrustPolicy, Shape);
        operations.MapList(new ListOf<TrustPolicyChange>(
            Prefix + "history", Address.Parameter(ResourceKind.TrustPolicy) + "history/", Changes)
        {
            Within = context => Match.Of("policy", context.RouteId()),
        });
        operations.Map(
            Operation.Answering(Prefix + "create", "POST", path, Shape, 201, Body) with { Least = Role.Admin }, CreateAsync);
        foreach (var (action, method, body) in UpdateOperations.Of(Body))
            operations.Map(
                Operation.Updating(Prefix + action, method, Address.Parameter(ResourceKind.TrustPolicy), Shape, body) with
                {
                    Least = Role.Admin,
                },
                (Guid id, HttpContext context, References references, IListing<TrustPolicyRecord> policies, ITrustDocuments documents,
                    Dispatch dispatch, CancellationToken cancellationToken) => UpdateAsync(
                        id, body, context, references, policies, documents, dispatch, cancellationToken));
        operations.Map(
            Operation.Async(Prefix + "delete", "DELETE", Address.Parameter(ResourceKind.TrustPolicy)) with { Least = Role.Admin },
            DeleteAsync);
    }

    private static async Task<IResult> CreateAsync(
        HttpContext context, References references, IListing<TrustPolicyRecord> policies, ITrustDocuments documents,
        ITrustPolicyStore store, IGateLease lease, CancellationToken cancellationToken)
    {
        var values = await Body.ReadAsync(context.Request, references, cancellationToken);
        var id = await store.CreateAsync(Apply(values, Fresh, documents), context.Caller.Name, cancellationToken);
        await lease.RunOutAsync(cancellationToken);
        var created = await policies.GetAsync(id, cancellationToken);
        return Created.At(Address.Href(ResourceKind.TrustPolicy, id), Shape.Write(created, context.Request), context);
    }

    private static async Task<IResult> UpdateAsync(
        Guid id, Body body, HttpContext context, References references, IListing<TrustPolicyRecord> policies, ITrustDocuments documents,
        Dispatch dispatch, CancellationToken cancellationToken)
    {
        var record = await policies.GetAsync(id, cancellationToken);
        var values = await body.ReadAsync(context.Request, references, cancellationToken);
        var wanted = Apply(values, body.IsPartial ? record.Settings : Fresh, documents);
        if (wanted == record.Settings)
            return PulpJson.Answer(Shape.Write(record, context.Request));
        await Unique.RequireAsync(policies, id, record.Settings.Name, wanted.Name, cancellationToken);
        return await dispatch.UpdateAsync(
            TrustPolicyUpdate.Kind, new TrustPolicyUpdate(id, record.Settings, wanted, context.Caller.Name),
            ResourceKind.TrustPolicy, id);
    }

    private static async Task<IResult> DeleteAsync(
        Guid id, HttpContext context, IListing<TrustPolicyRecord> policies, Dispatch dispatch,
        CancellationToken cancellationToken)
    {
        await policies.GetAsync(id, cancellationToken);
        return await dispatch.SettleAsync(
            TrustPolicyDeletion.Kind, new TrustPolicyDeletion(id, context.Caller.Name),
            [Reservation.Of(ResourceKind.TrustPolicy, id)]);
    }

    private static TrustPolicySettings Apply(BodyValues values, TrustPolicySettings before, ITrustDocuments documents)
    {
        var document = values.Get("document", before.Document);
        return documents.WhyInvalid(document) is { } refusal
            ? throw RefusedException.Field("document", refusal)
            : new(
                values.Get("name", before.Name),
                document,
                values.Has("mode") ? TrustModes.Parse(values.Get("mode", "")) : before.Mode,
                values.Get("is_default", before.IsDefault));
    }

    private static IEnumerable<Field<T>> SettingsOf<T>(Func<T, TrustPolicySettings> settings) =>
    [
        CommonFields.Text<T>("name", record => settings(record).Name),
        new("document", Schema.Object, record => JsonNode.Parse(settings(record).Document)),
        new("mode", Schema.Choice(TrustModes.Names), record => settings(record).Mode.Name),
        new("is_default", Schema.Flag, record => settings(record).IsDefault),
    ];
}
