using Microsoft.AspNetCore.Http;
using OrleansRegistry.Access;
using OrleansRegistry.Lists;
using OrleansRegistry.Resources;

namespace OrleansRegistry.Management;

/// <summary><c>users/</c>: for administrators; everybody may read himself, and change his password and names.</summary>
internal static class UserEndpoints
{
    private static readonly string[] Own = ["password", "first_name", "last_name", "email"];

    public static void MapUsers(this OperationMap operations)
    {
        var path = Address.Collection(ResourceKind.User);
        var shape = UserShape.Shape;
        operations.MapList(new ListOf<UserRecord>("users_list", path, shape) { Least = Role.Admin });
        operations.Map(
            Operation.Answering("users_read", "GET", Address.Parameter(ResourceKind.User), shape) with
            {
                Parameters = ListParameters.OfRead(),
                Least = Role.None,
            },
            ReadAsync);
        operations.Map(
            Operation.Answering("users_create", "POST", path, shape, 201, UserShape.Body) with { Least = Role.Admin },
            CreateAsync);
        foreach (var (action, method, body) in UpdateOperations.Of(UserShape.Body))
            operations.Map(
                Operation.Updating($"users_{action}", method, Address.Parameter(ResourceKind.User), shape, body) with
                {
                    Least = Role.None,
                },
                (Guid id, HttpContext context, References references, IListing<UserRecord> users, IUserStore store,
                    Passwords passwords, CancellationToken cancellationToken) =>
                    UpdateAsync(id, body, context, references, users, store, passwords, cancellationToken));
        operations.Map(
            new("users_delete", "DELETE", Address.Parameter(ResourceKind.User)) { Answers = Operation.Nothing, Least = Role.Admin },
            DeleteAsync);
    }

    private static async Task<IResult> ReadAsync(
        Guid id, HttpContext context, IListing<UserRecord> users, CancellationToken cancellationToken)
    {
        RequireSelf(context, id);
        return PulpJson.Answer(UserShape.Shape.Write(await users.GetAsync(id, cancellationToken), context.Request));
    }

    private static async Task<IResult> CreateAsync(
        HttpContext context, References references, IListing<UserRecord> users, IUserStore store, Passwords passwords,
        CancellationToken cancellationToken)
    {
        var values = await UserShape.Body.ReadAsync(context.Request, references, cancellationToken);
        var wanted = UserShape.Apply(values, UserShape.New);
        await Unique.RequireAsync(users, null, null, wanted.Name, cancellationToken, "username");
        var password = await UserShape.PasswordAsync(
            values, wanted.Name, passwords, HashingSource.Of(context, context.Caller.Name));
        var id = await store.CreateAsync(wanted, password?.Hash, cancellationToken);
        var created = await users.GetAsync(id, cancellationToken);
        return Created.At(
            Address.Href(ResourceKind.User, id), UserShape.Shape.Write(created, context.Request), context);
    }

    private static async Task<IResult> UpdateAsync(
        Guid id, Body body, HttpContext context, References references, IListing<UserRecord> users, IUserStore store,
        Passwords passwords, CancellationToken cancellationToken)
    {
        RequireSelf(context, id);
        var record = await users.GetAsync(id, cancellationToken);
        var values = await body.ReadAsync(context.Request, references, cancellationToken);
        if (context.Caller.Role < Role.Admin && !values.Names.All(Own.Contains))
            throw Denied(context);
        var wanted = UserShape.Apply(values, body.IsPartial ? record.Settings : UserShape.New);
        await Unique.RequireAsync(users, id, record.Settings.Name, wanted.Name, cancellationToken, "username");
        var password = await UserShape.PasswordAsync(
            values, wanted.Name, passwords, HashingSource.Of(context, context.Caller.Name));
        if (!await store.UpdateAsync(id, record.Settings, wanted, password, cancellationToken))
            throw new RefusedException(PulpError.NotFound);
        return PulpJson.Answer(UserShape.Shape.Write(await users.GetAsync(id, cancellationToken), context.Request));
    }

    private static async Task<IResult> DeleteAsync(Guid id, IUserStore store, CancellationToken cancellationToken) =>
        await store.DeleteAsync(id, cancellationToken)
            ? Results.NoContent()
            : throw new RefusedException(PulpError.NotFound);

    private static void RequireSelf(HttpContext context, Guid user)
    {
        if (context.Caller.Role < Role.Admin && context.Caller.User != user)
            throw Denied(context);
    }

    private static ProblemException Denied(HttpContext context) => new(
        ProblemKind.Denied, "You do not have permission to perform this action.", context.Caller.Name);
}
