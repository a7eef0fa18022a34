using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using OrleansRegistry.Access;
using OrleansRegistry.Lists;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary><c>users/…/roles/</c>: which roles a user has. They hold on the whole server.</summary>
internal static class UserRoleEndpoints
{
    private static readonly Shape<UserRole> Shape = new(
        "UserRole",
        [
        .. CommonFields.Of<UserRole>(
            ReferenceTo, role => role.CreatedAt),
        CommonFields.Text<UserRole>("role", role => role.Role.Name),
        CommonFields.Null<UserRole>("content_object"),
        CommonFields.Null<UserRole>("content_object_prn"),
        CommonFields.TextOrNull<UserRole>("description", role => Describe(role.Role)),
        new("permissions", Schema.ListOf(Schema.Text), _ => PulpJson.Texts([])),
        CommonFields.Null<UserRole>("domain"),
        ]);

    private static readonly Body Body = new(
        "UserRole",
        BodyFields.Choice("role", [.. Roles.Names]).Required,
        BodyFields.Text("content_object", mayBeBlank: true).OrNull,
        BodyFields.Text("domain", mayBeBlank: true).OrNull)
    {
        MostBytes = 16 * 1024,
    };

    public static void MapUserRoles(this OperationMap operations)
    {
        operations.MapList(new ListOf<UserRole>("users_roles_list", Address.Collection(ResourceKind.UserRole), Shape)
        {
            Before = RequireUserAsync,
            Within = context => Match.Of("user", context.RouteId()),
            Least = Role.Admin,
        });
        operations.Map(
            Operation.Answering("users_roles_create", "POST", Address.Collection(ResourceKind.UserRole), Shape, 201, Body) with
            {
                Least = Role.Admin,
            },
            CreateAsync);
        operations.Map(
            Operation.Answering("users_roles_read", "GET", Address.Parameter(ResourceKind.UserRole), Shape) with
            {
                Parameters = ListParameters.OfRead(),
                Least = Role.Admin,
            },
            async (Guid id, Guid role, HttpContext context, IListing<UserRole> roles,
                CancellationToken cancellationToken) => PulpJson.Answer(
                    Shape.Write(await roles.GetBelowAsync("user", id, role, cancellationToken), context.Request)));
        operations.Map(
            new("users_roles_delete", "DELETE", Address.Parameter(ResourceKind.UserRole))
            {
                Answers = Operation.Nothing,
                Least = Role.Admin,
            },
            async (Guid id, Guid role, IUserStore users, CancellationToken cancellationToken) =>
                await users.TakeRoleAsync(id, role, cancellationToken)
                    ? Results.NoContent()
                    : throw new RefusedException(PulpError.NotFound));
    }

    private static async Task<IResult> CreateAsync(
        Guid id, HttpContext context, References references, IUserStore users, IListing<UserRole> roles,
        CancellationToken cancellationToken)
    {
        await RequireUserAsync(context);
        var values = await Body.ReadAsync(context.Request, references, cancellationToken);
        foreach (var scope in new[] { "content_object", "domain" })
            if (!string.IsNullOrEmpty(values.Find<string>(scope)))
                throw RefusedException.Field(scope, "Roles hold on the whole server: leave this empty.");
        var role = Roles.Parse(values.Get("role", ""));
        var assignment = await users.GiveRoleAsync(id, role, cancellationToken);
        var created = await roles.GetBelowAsync("user", id, assignment, cancellationToken);
        return Created.At(Address.Href(ReferenceTo(created)), Shape.Write(created, context.Request), context);
    }

    private static ResourceReference ReferenceTo(UserRole role) => new(ResourceKind.UserRole, role.Id) { Parent = role.User };

    private static async Task RequireUserAsync(HttpContext context)
    {
        var index = context.RequestServices.GetRequiredService<IResourceIndex>();
        var missing = await index.FindMissingAsync(
            [new(ResourceKind.User, context.RouteId())], context.RequestAborted);
        if (missing.Count > 0)
            throw new RefusedException(PulpError.NotFound);
    }

    private static string Describe(Role role) => role switch
    {
        Role.None => "No rights but over the namespace of the user's own name.",
        Role.Reader => "Pulls everything, and reads the management REST.",
        Role.Writer => "Pushes, deletes, and changes what the management REST manages.",
        Role.Admin => "Also users, signing services and the upkeep of the server.",
    };
}
