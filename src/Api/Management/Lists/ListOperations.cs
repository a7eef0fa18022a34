using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.Extensions.DependencyInjection;
using OrleansRegistry.Access;
using OrleansRegistry.Lists;
using OrleansRegistry.Resources;
using OrleansRegistry.Signing;

namespace OrleansRegistry.Management;

/// <summary>One list, as it is offered to clients.</summary>
internal sealed record ListOf<T>(string Id, string Path, Shape<T> Shape)
    where T : class
{
    /// <summary>Which of the listing's filters are offered; without it, those for every list.</summary>
    public Func<Filter, bool> Offers { get; init; } = filter => filter.Scope is FilterScope.Always;

    /// <summary>What belongs to this list at all.</summary>
    public Func<HttpContext, Condition>? Within { get; init; }

    /// <summary>Refuses a list of what does not exist.</summary>
    public Func<HttpContext, Task>? Before { get; init; }

    /// <summary>Takes the place of the listing of <typeparamref name="T"/>.</summary>
    public IListing<T>? Listing { get; init; }

    /// <summary>The role that it takes.</summary>
    public Role Least { get; init; } = Role.Reader;
}

/// <summary>Lists and single resources: both come from a listing and a shape.</summary>
internal static class ListOperations
{
    public static void MapList<T>(this OperationMap operations, ListOf<T> list)
        where T : class
    {
        var listing = list.Listing ?? operations.Get<IListing<T>>();
        var gate = operations.Get<ISignatureGate>();
        var filters = listing.Filters.Where(list.Offers).ToList();
        var operation = new Operation(list.Id, "GET", list.Path)
        {
            Least = list.Least,
            Parameters = ListParameters.Of(filters),
            Answers = new Dictionary<int, JsonObject?> { [200] = Schema.Reference(PageComponent(list.Shape)) },
            Components = new Dictionary<string, JsonObject>
            {
                [list.Shape.Component] = list.Shape.Schema,
                [PageComponent(list.Shape)] = PageSchema(list.Shape),
            },
        };
        operations.Map(operation, async (
            HttpContext context, ListRequest reader, CancellationToken cancellationToken) =>
        {
            if (list.Before is not null)
                await list.Before(context);
            var query = await reader.ReadAsync(
                context.Request, filters, listing.Orders, list.Within?.Invoke(context), cancellationToken);
            query = query with { Condition = await VisibleAsync(listing, gate, context, query.Condition, cancellationToken) };
            var entries = await listing.ListAsync(query, cancellationToken);
            var isLast = entries.Count < query.Limit && (entries.Count > 0 || query.Offset == 0);
            var count = isLast
                ? query.Offset + entries.Count
                : await listing.CountAsync(query.Condition, cancellationToken);
            return PulpJson.Answer(new JsonObject
            {
                ["count"] = count,
                ["next"] = query.Offset + entries.Count < count && entries.Count > 0
                    ? Page(context.Request, query.Limit, query.Offset + entries.Count)
                    : null,
                ["previous"] = query.Offset > 0
                    ? Page(context.Request, query.Limit, Math.Max(0, query.Offset - query.Limit))
                    : null,
                ["results"] = new JsonArray(
                    [.. entries.Select(entry => list.Shape.Write(entry, context.Request))]),
            });
        });
    }

    /// <summary>The list of all resources of a kind, and each of them by its href.</summary>
    public static void MapResource<T>(
        this OperationMap operations, ResourceKind kind, Shape<T> shape, Role least = Role.Reader,
        Func<HttpContext, Task>? before = null)
        where T : class
    {
        operations.MapList(new ListOf<T>(Address.Operations(kind) + "list", Address.Collection(kind), shape)
        {
            Before = before,
            Least = least,
        });
        operations.MapRead(Address.Operations(kind) + "read", Address.Parameter(kind), shape, before: before, least: least);
    }

    /// <summary>One resource by its href.</summary>
    public static void MapRead<T>(
        this OperationMap operations, string id, string path, Shape<T> shape, IListing<T>? from = null,
        Func<HttpContext, Task>? before = null, Condition? within = null, Role least = Role.Reader)
        where T : class
    {
        var listing = from ?? operations.Get<IListing<T>>();
        var gate = operations.Get<ISignatureGate>();
        operations.Map(
            Operation.Answering(id, "GET", path, shape) with { Parameters = ListParameters.OfRead(), Least = least },
            async (Guid id, HttpContext context, CancellationToken cancellationToken) =>
            {
                if (before is not null)
                    await before(context);
                var named = Match.Of("pulp_id__in", id);
                var found = await listing.FindAsync(
                    await VisibleAsync(
                        listing, gate, context, within is null ? named : Conjunction.Of(named, within), cancellationToken),
                    cancellationToken);
                return PulpJson.Answer(
                    shape.Write(found ?? throw new RefusedException(PulpError.NotFound), context.Request));
            });
    }

    /// <summary>The entry with that id.</summary>
    /// <exception cref="RefusedException">There is none.</exception>
    public static async Task<T> GetAsync<T>(this IListing<T> listing, Guid id, CancellationToken cancellationToken)
        where T : class =>
        await listing.FindAsync(id, cancellationToken) ?? throw new RefusedException(PulpError.NotFound);

    /// <summary>The entry with that id, of those that lie below another resource.</summary>
    /// <param name="listing">The list.</param>
    /// <param name="above">The filter that names that resource.</param>
    /// <param name="resource">Its id.</param>
    /// <param name="id">The entry.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="RefusedException">There is none.</exception>
    public static async Task<T> GetBelowAsync<T>(
        this IListing<T> listing, string above, Guid resource, Guid id, CancellationToken cancellationToken)
        where T : class =>
        await listing.FindAsync(
            Conjunction.Of(Match.Of(above, resource), Match.Of("pulp_id__in", id)), cancellationToken)
        ?? throw new RefusedException(PulpError.NotFound);

    /// <summary>The id of the resource that the address of the request names first.</summary>
    public static Guid RouteId(this HttpContext context) => Guid.Parse((string)context.GetRouteValue("id")!);

    // What is withheld now is in no answer but to administrators who said who they are: it is marked for them. Actions look
    // it up all the same: what is revoked can be removed.
    private static async ValueTask<Condition> VisibleAsync<T>(
        IListing<T> listing, ISignatureGate gate, HttpContext context, Condition condition,
        CancellationToken cancellationToken)
    {
        if (!listing.ShowsSignatures)
            return condition;
        var withheld = (await gate.AskAsync(cancellationToken)).RequireConfirmed();
        context.Features.Set(withheld);
        return withheld.IsNothing || context.Caller is { User: not null, Role: Role.Admin }
            ? condition
            : Conjunction.Of(condition, new NotWithheld(withheld));
    }

    private static string PageComponent<T>(Shape<T> shape) => $"Paginated{shape.Name}ResponseList";

    private static JsonObject PageSchema<T>(Shape<T> shape) => new()
    {
        ["type"] = "object",
        ["required"] = new JsonArray("count", "results"),
        ["properties"] = new JsonObject
        {
            ["count"] = Schema.Integer,
            ["next"] = Schema.Text.OrNull(),
            ["previous"] = Schema.Text.OrNull(),
            ["results"] = Schema.ListOf(Schema.Reference(shape.Component)),
        },
    };

    private static string Page(HttpRequest request, int limit, int offset)
    {
        var query = new QueryBuilder(request.Query.Where(pair => pair.Key is not ("limit" or "offset")))
        {
            { "limit", $"{limit}" },
            { "offset", $"{offset}" },
        };
        var address = request.HttpContext.RequestServices.GetRequiredService<PublicAddress>();
        return $"{address.RootOf(request)}{request.PathBase}{request.Path}{query}";
    }
}
