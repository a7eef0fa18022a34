using System.Reflection;

namespace OrleansRegistry.Architecture.Tests;

/// <summary>
/// What messages look like on the cluster's wire: the analyzer of Orleans, with OrleansContracts.txt beside the grain
/// projects, keeps interfaces and grains, but not what they send.
/// </summary>
public sealed class MessageContractTests
{
    [Fact]
    public void Messages_have_the_members_that_were_committed() => Contract.Compare(
        "messages.txt",
        WireTests.Messages.OrderBy(Alias, StringComparer.Ordinal).SelectMany(message => new[] { Alias(message) }.Concat(
            message.GetMembers(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
                .Where(member => member.IsDefined(typeof(IdAttribute)))
                .OrderBy(member => member.GetCustomAttribute<IdAttribute>()!.Id)
                .Select(member => $"  {member.GetCustomAttribute<IdAttribute>()!.Id}: {member.Name} {TypeOf(member)}"))));

    private static string Alias(Type message) => message.GetCustomAttribute<AliasAttribute>(inherit: false)!.Alias;

    private static string TypeOf(MemberInfo member) => Name(member switch
    {
        PropertyInfo property => property.PropertyType,
        FieldInfo field => field.FieldType,
        _ => throw new NotSupportedException($"{member}"),
    });

    private static string Name(Type type) =>
        type.IsArray ? $"{Name(type.GetElementType()!)}[]"
        : Nullable.GetUnderlyingType(type) is { } value ? $"{Name(value)}?"
        : type.IsGenericType ? $"{type.Name[..type.Name.IndexOf('`')]}<{string.Join(", ", type.GetGenericArguments().Select(Name))}>"
        : type.Name;
}
